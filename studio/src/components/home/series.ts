import type { Insights } from "#/services/insights";

/** One line of a chart: a word, and a number for each bucket. */
export interface Line {
  word: string;
  total: number;
  counts: readonly number[];
}

/** A moment of a chart: when its bucket begins, and a number for each word. */
export type Moment = Record<string, number> & { at: number };

/** Turns lines into what a chart draws: a moment for each bucket. */
export function moments(starts: readonly number[], lines: readonly Line[]): Moment[] {
  return starts.map((at, index) => ({ at, ...Object.fromEntries(lines.map(({ word, counts }) => [word, counts[index] ?? 0])) }));
}

/** Adds up lines that have the same word. */
export function merged(lines: readonly Line[]): Line[] {
  const found = new Map<string, Line>();
  for (const line of lines) {
    const known = found.get(line.word);
    found.set(line.word, known ? sum(known, line) : line);
  }
  return [...found.values()].sort((one, other) => other.total - one.total);
}

function sum(one: Line, other: Line): Line {
  return { word: one.word, total: one.total + other.total, counts: one.counts.map((count, index) => count + (other.counts[index] ?? 0)) };
}

/** How many came to any of these statuses. */
export function total(lines: readonly { status: string; total: number }[], ...statuses: string[]): number {
  return lines.filter(({ status }) => statuses.length === 0 || statuses.includes(status)).reduce((all, line) => all + line.total, 0);
}

const TIMES: Record<Insights["bucket"], Intl.DateTimeFormatOptions> = {
  minute: { hour: "2-digit", minute: "2-digit" },
  hour: { weekday: "short", hour: "2-digit", minute: "2-digit" },
  day: { day: "numeric", month: "short", timeZone: "UTC" },
};

/** When a bucket begins, in the zone of whoever looks; days are UTC's. */
export function timeOf(at: number, bucket: Insights["bucket"]): string {
  return new Date(at).toLocaleString("en-GB", TIMES[bucket]);
}
