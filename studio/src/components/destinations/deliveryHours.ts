import type { Delivery } from "#/services/destinations";

const HOUR_MS = 3_600_000;

export const SERIES = [
  { name: "delivered", color: "teal.6" },
  { name: "filtered", color: "gray.5" },
  { name: "failed", color: "red.6" },
  { name: "skipped", color: "yellow.6" },
] as const;

export interface Bar {
  /** When it begins, in ms. */
  at: number;
  delivered: number;
  filtered: number;
  failed: number;
  skipped: number;
}

/** Gives one bar for each so many hours of the whole period, those in which nothing came too. */
export function bars(delivery: Pick<Delivery, "hours" | "since">, hours: number, step = hours > 48 ? 6 : 1): Bar[] {
  const all = Array.from({ length: Math.ceil(hours / step) }, (_, index): Bar => ({ at: delivery.since + index * step * HOUR_MS, delivered: 0, filtered: 0, failed: 0, skipped: 0 }));
  for (const hour of delivery.hours) {
    const bar = all[Math.floor((hour.at - delivery.since) / (step * HOUR_MS))];
    if (bar) for (const { name } of SERIES) bar[name] += hour[name];
  }
  return all;
}
