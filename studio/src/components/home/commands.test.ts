import { expect, it } from "vitest";
import { mapEvent } from "./commands";

it("writes events as a shell reads them", () => {
  expect(mapEvent("https://here.test", "Ann's")).toContain(String.raw`"alias":"Segment-TrackEvent:Ann'\''s"`);
});
