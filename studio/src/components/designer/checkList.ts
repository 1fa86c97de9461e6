import { nameOf, stateOf } from "#/elemental/channels";
import { isTranslated, localesOf, sentencesOf } from "#/elemental/locales";
import { type Document, textOf } from "#/elemental/node";
import { walk } from "#/elemental/walk";
import { eventsOf, type Preview, type Template } from "#/services/templates";
import type { Facts } from "./designer";

export interface Point {
  level: "fine" | "warning" | "error";
  message: string;
}

/** What to look at before a template is published: what is wrong first, what is well last. */
export function checkList(template: Pick<Template, "alias">, facts: Pick<Facts, "name">, document: Document, preview: Preview | undefined): Point[] {
  const points: Point[] = [];
  const note = (level: Point["level"], message: string) => {
    if (!points.some((point) => point.message === message)) points.push({ level, message });
  };
  const channels = Object.values(preview?.channels ?? {});
  const drawn = channels.filter((channel) => channel.output);

  if (!facts.name.trim()) note("error", "It has no name");
  for (const channel of channels) if (channel.error) note("error", `${nameOf(channel.channel)}: ${channel.error}`);
  if (preview && !drawn.length) note("error", "No channel has anything to say");
  for (const problem of preview?.problems ?? []) note("warning", problem.message);
  for (const [node] of walk(document)) {
    if (node.type === "action" && !/\{|^https:\/\/\S+\.|^mailto:|^tel:|^http:\/\/\S/.test(textOf(node, "href"))) note("warning", `The button “${textOf(node, "content")}” leads nowhere`);
    if (node.type === "image" && !textOf(node, "src")) note("warning", "A picture has no address");
  }
  const missing = [...new Set(channels.flatMap((channel) => channel.missing))];
  if (missing.length) note("warning", `Without a value in this preview: ${missing.join(", ")}`);
  for (const channel of drawn) {
    // Only what people chose to write for: chats that nobody looked at are not worth a warning.
    if (channel.channel === "email" || stateOf(document, channel.channel) === "own" || channel.channel === "sms") for (const warning of channel.warnings) note("warning", `${nameOf(channel.channel)}: ${warning}`);
  }
  const sentences = sentencesOf(document).filter(({ field }) => field === "content" || field === "title");
  for (const locale of localesOf(document)) {
    const untold = sentences.filter(({ node, field }) => !isTranslated(node, field, locale)).length;
    if (untold) note("warning", `${locale}: ${untold} of ${sentences.length} texts are not translated`);
  }
  const events = eventsOf(template);
  if (events.length) note("fine", `Sent by ${events.map((event) => event.replace(/^Segment-TrackEvent:/, "")).join(", ")}`);
  else note("warning", "No event sends it: it is sent by its id alone, or map an event in the settings");
  if (drawn.length) note("fine", `Speaks on ${drawn.length === 1 ? nameOf(drawn[0]?.channel ?? "") : `${drawn.length} channels`}`);
  const order = { error: 0, warning: 1, fine: 2 };
  return points.toSorted((one, other) => order[one.level] - order[other.level]);
}
