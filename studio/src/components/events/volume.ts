const DAY = 24 * 3600 * 1000;

export interface DayCount {
  at: number;
  count: number;
}

/** Calls of each of the last days, today last; a day without calls is 0. Days are UTC's. */
export function volume(days: readonly DayCount[], now: number, length: number): number[] {
  const counts = new Map(days.map(({ at, count }) => [Math.floor(at / DAY), count]));
  const today = Math.floor(now / DAY);
  return Array.from({ length }, (_, place) => counts.get(today - length + 1 + place) ?? 0);
}

export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** "1,204", "at least 1,204". */
export function counted(count: number, isAll: boolean): string {
  const words = count.toLocaleString("en");
  return isAll ? words : `at least ${words}`;
}

/** "1 call", "2 calls". */
export function many(count: number, one: string, more = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : more}`;
}

/** What would become of the newest calls: "As things stand now, 93 of the newest 100 users would get it, 2 later." */
export function outlook(sent: number, waiting: number, users: number): string {
  const later = waiting > 0 ? `, ${waiting.toLocaleString("en")} later` : "";
  if (users === 1) return `As things stand now, its user ${sent ? "would get it" : waiting ? "would get it later" : "would not get it"}.`;
  return `As things stand now, ${sent.toLocaleString("en")} of the newest ${many(users, "user")} would get it${later}.`;
}
