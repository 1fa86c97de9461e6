import { expect, it } from "vitest";
import { merged, moments, timeOf, total } from "./series";

it("draws a moment for each bucket", () => {
  const lines = [
    { word: "MAPPED", total: 3, counts: [1, 2] },
    { word: "UNMAPPED", total: 1, counts: [1, 0] },
  ];
  expect(moments([100, 200], lines)).toEqual([
    { at: 100, MAPPED: 1, UNMAPPED: 1 },
    { at: 200, MAPPED: 2, UNMAPPED: 0 },
  ]);
});

it("adds up what has the same word, the most frequent first", () => {
  const lines = [
    { word: "sms", total: 1, counts: [0, 1] },
    { word: "email", total: 2, counts: [1, 1] },
    { word: "email", total: 3, counts: [3, 0] },
  ];
  expect(merged(lines)).toEqual([
    { word: "email", total: 5, counts: [4, 1] },
    { word: "sms", total: 1, counts: [0, 1] },
  ]);
});

it("counts all, or only some statuses", () => {
  const lines = [
    { status: "SENT", total: 2 },
    { status: "UNROUTABLE", total: 1 },
  ];
  expect(total(lines)).toBe(3);
  expect(total(lines, "SENT", "SIMULATED")).toBe(2);
});

it("names days as UTC has them", () => {
  expect(timeOf(Date.UTC(2030, 0, 15), "day")).toBe("15 Jan");
});
