const GOOD = ["MAPPED", "APPLIED", "SENT", "DELIVERED", "OPENED", "CLICKED", "SIMULATED", "ok", "PUBLISHED", "enabled"];
const WAITS = ["ENQUEUED", "ROUTED", "DELAYED", "DIGESTED", "UNMAPPED", "THROTTLED", "held", "DRAFT"];
const BAD = ["UNDELIVERABLE", "UNROUTABLE", "DISCARDED", "REFUSED", "FAILED", "unavailable"];

export type Tone = "teal" | "yellow" | "red" | "gray";

/** What a status means for whoever waits: well, not yet, not at all, or neither. Words we do not know are neither. */
export function toneOf(status: string): Tone {
  if (GOOD.includes(status)) return "teal";
  if (WAITS.includes(status)) return "yellow";
  return BAD.includes(status) ? "red" : "gray";
}
