import { expect, it } from "vitest";
import { landing, moved } from "./arranging";

it("moves one item and keeps the others in order", () => {
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
});

it("changes nothing beyond the ends", () => {
  const list = ["a", "b"];
  expect(moved(list, 0, -1)).toBe(list);
  expect(moved(list, 1, 2)).toBe(list);
});

it("lands beside what it was dropped on", () => {
  const list = ["a", "b", "c"];
  expect(moved(list, 0, landing(0, 2, false))).toEqual(["b", "a", "c"]);
  expect(moved(list, 0, landing(0, 2, true))).toEqual(["b", "c", "a"]);
  expect(moved(list, 2, landing(2, 0, true))).toEqual(["a", "c", "b"]);
});
