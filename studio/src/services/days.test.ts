import { expect, it } from "vitest";
import { lastDays } from "./days";

const DAY = 86_400_000;

it("fills days without calls with nothing, and leaves older ones out", () => {
  const days = [
    { at: 10 * DAY, count: 9 },
    { at: 18 * DAY, count: 4 },
    { at: 20 * DAY, count: 1 },
  ];
  expect(lastDays(days, 3, 20 * DAY + 5)).toEqual([4, 0, 1]);
});
