import { getSchema } from "@tiptap/core";
import { expect, it } from "vitest";
import { CORPUS } from "#/elemental/corpus";
import type { Words } from "#/elemental/inline/content";
import { readSaid, writeSaid } from "#/elemental/inline/said";
import { walk } from "#/elemental/walk";
import { wordExtensions } from "./extensions";

it("every text goes into the editor and comes back as it was", () => {
  const schema = getSchema(wordExtensions({ plain: false }));
  let read = 0;
  for (const document of CORPUS) {
    for (const [node] of walk(document)) {
      const words = readSaid(node);
      if (!words) continue;
      read += 1;
      const doc = schema.nodeFromJSON(words);
      doc.check();
      // The schema makes what it was given.
      const again = doc.toJSON() as Words;
      expect(writeSaid(node, again, { structured: true })).toEqual({});
    }
  }
  expect(read).toBeGreaterThan(20);
});
