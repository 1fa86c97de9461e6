const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

/** "3 min. ago", "in 2 hr.", "yesterday"; "just now" within half a minute. */
export function ago(at: number, now = Date.now()): string {
  const seconds = (at - now) / 1000;
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  if (Math.abs(seconds) < 30) return "just now";
  return relative.format(Math.trunc(seconds), "second");
}

/** A moment in full, in the zone of whoever looks. */
export function exact(moment: Date): string {
  return moment.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "long" });
}
