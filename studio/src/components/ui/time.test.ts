import { expect, it } from "vitest";
import { ago } from "./time";

const NOW = Date.UTC(2030, 0, 15, 12);

it.each([
  [0, "just now"],
  [-29, "just now"],
  [-45, "45 sec. ago"],
  [-80, "1 min. ago"],
  [-59.7, "1 min. ago"],
  [-59.7 * 60, "1 hr. ago"],
  [-3 * 3600, "3 hr. ago"],
  [-30 * 3600, "yesterday"],
  [-40 * 24 * 3600, "last mo."],
  [2 * 3600 + 5, "in 2 hr."],
  [7 * 24 * 3600 - 5, "in 7 days"],
  [24 * 3600 - 5, "tomorrow"],
  [-364 * 24 * 3600, "last yr."],
])("says of %d s: %s", (seconds, words) => {
  expect(ago(NOW + seconds * 1000, NOW)).toBe(words);
});
