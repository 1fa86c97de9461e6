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

/** An event's own name, out of the id by which maps know it: `Segment-TrackEvent:Signed Up`. */
export function eventName(id: string): string {
  return id.replace(/^Segment-\w+Event:/, "");
}

const DRAWN: Record<string, string> = {
  MAPPED: "teal.6",
  APPLIED: "teal.3",
  UNMAPPED: "yellow.6",
  FILTERED: "gray.5",
  DISCARDED: "red.6",
  SENT: "teal.4",
  DELIVERED: "teal.6",
  OPENED: "blue.5",
  CLICKED: "indigo.6",
  SIMULATED: "cyan.6",
  UNDELIVERABLE: "red.6",
  UNROUTABLE: "orange.6",
  DIGESTED: "grape.5",
  THROTTLED: "yellow.7",
  CANCELED: "gray.6",
  JOINED: "teal.6",
  LEFT: "orange.6",
};

const OTHERS = ["violet.5", "lime.7", "pink.5", "indigo.4", "orange.4"];

/** The colour of a status or a channel in a chart; words we do not know take turns. */
export function drawnIn(word: string, turn: number): string {
  return DRAWN[word] ?? OTHERS[turn % OTHERS.length] ?? "gray.5";
}
