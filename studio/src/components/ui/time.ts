const HOUR = 3600;
const DAY = 24 * HOUR;

/** How long each is in seconds, and from how many of them on the next says it better. */
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number, number])[] = [
  ["second", 1, 60],
  ["minute", 60, 60],
  ["hour", HOUR, 24],
  ["day", DAY, 30],
  ["month", 30 * DAY, 12],
  ["year", 365 * DAY, Infinity],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const whole = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" }); // made once: that takes longer than a row

/** "3 min. ago", "in 2 hr.", "yesterday", to the nearest whole; "just now" within half a minute. */
export function ago(at: number, now = Date.now()): string {
  const seconds = Math.abs(at - now) / 1000;
  if (seconds < 30) return "just now";
  for (const [unit, length, most] of UNITS) {
    const count = Math.round(seconds / length);
    if (count < most) return relative.format(at < now ? -count : count, unit);
  }
  return "–"; // a time that is no number
}

/** A moment in full, in the zone of whoever looks. */
export function exact(moment: Date): string {
  return whole.format(moment);
}
