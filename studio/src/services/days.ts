const DAY_MS = 86_400_000;

export interface DayCount {
  at: number;
  count: number;
}

/** Gives the counts of the last days, oldest first and today last; days are UTC's, as the server counts them. */
export function lastDays(days: readonly DayCount[], many: number, now = Date.now()): number[] {
  const today = Math.floor(now / DAY_MS);
  const known = new Map(days.map(({ at, count }) => [Math.floor(at / DAY_MS), count]));
  return Array.from({ length: many }, (_, index) => known.get(today - many + 1 + index) ?? 0);
}

export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
