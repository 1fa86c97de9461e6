import { expect, it } from "vitest";
import { bars } from "./deliveryHours";

const HOUR = 3_600_000;
const hour = (at: number, delivered: number) => ({ at, delivered, received: delivered, filtered: 0, failed: 1, retried: 0, skipped: 0, latency_ms: {} });

it("draws hours without calls too", () => {
  const found = bars({ since: 10 * HOUR, hours: [hour(11 * HOUR, 5)] }, 3);
  expect(found.map(({ at, delivered }) => [at / HOUR, delivered])).toEqual([
    [10, 0],
    [11, 5],
    [12, 0],
  ]);
});

it("adds six hours up over a long time", () => {
  const found = bars({ since: 0, hours: [hour(0, 1), hour(5 * HOUR, 2), hour(6 * HOUR, 4)] }, 168);
  expect(found.length).toBe(28);
  expect(found.slice(0, 2).map(({ delivered, failed }) => [delivered, failed])).toEqual([
    [3, 2],
    [4, 1],
  ]);
});
