import { expect, it } from "vitest";
import type { SeenCall } from "#/services/debugger";
import { type News, NOTHING, seen } from "./useDebugger";

const call = (id: string): News => ({
  call: { id, received_at: 1, type: "track", name: "Order", status: "MAPPED", discarded: false, reason: "", detail: "", warnings: [], raw: {}, normalised: {} } satisfies SeenCall,
});
const after = (...news: News[]) => news.reduce(seen, NOTHING);
const ids = (calls: readonly SeenCall[]) => calls.map(({ id }) => id).join("");

it("puts the newest on top, and holds back what comes during a pause", () => {
  const paused = after(call("a"), "pause", call("b"), call("c"));
  expect([ids(paused.calls), ids(paused.held)]).toEqual(["a", "cb"]);
  const resumed = seen(paused, "resume");
  expect([ids(resumed.calls), ids(resumed.held), resumed.paused]).toEqual(["cba", "", false]);
});

it("keeps so many calls", () => {
  const many = after(...Array.from({ length: 600 }, (_, index) => call(String(index))));
  expect([many.calls.length, many.calls[0]?.id]).toEqual([500, "599"]);
});

it("remembers why the line broke until it is open again", () => {
  const broken = after({ line: "open" }, { line: "broken", error: "away" }, { line: "opening" });
  expect([broken.line, broken.error]).toEqual(["opening", "away"]);
  expect(seen(broken, { line: "open" }).error).toBeUndefined();
});
