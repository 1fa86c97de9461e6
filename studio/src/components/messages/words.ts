import type { Schemas } from "#/api/client";

/** What each status means, for whoever has not read the reference. */
export const STATUSES: Record<Schemas["Status"], string> = {
  ENQUEUED: "accepted, and about to be seen to",
  DELAYED: "waits for its delay, or for the hours in which messages go",
  ROUTED: "a way is chosen; an attempt runs, or will be repeated",
  SENT: "the provider took it, or the outbox did",
  DELIVERED: "the provider says that it arrived",
  OPENED: "the user opened it",
  CLICKED: "the user followed a link in it",
  DIGESTED: "went into a digest, which is a message of its own",
  FILTERED: "a preference or a condition kept it back",
  THROTTLED: "a limit on messages kept it back",
  SIMULATED: "of a test environment: kept in the outbox, sent to nobody",
  UNMAPPED: "its event has no published template",
  UNROUTABLE: "there is no way to the user",
  UNDELIVERABLE: "every provider refused it, or it came back",
  CANCELED: "taken back before it was sent",
};

/** What each reason means. */
export const REASONS: Record<Schemas["Reason"], string> = {
  BOUNCED: "the address was refused, now or before",
  FAILED: "something else failed",
  FILTERED: "a condition was not met, or it was too late",
  NO_CHANNELS: "the profile has no address for any channel",
  NO_PROVIDERS: "no provider serves the channel",
  OPT_IN_REQUIRED: "the topic is off until the user asks for it",
  PROVIDER_ERROR: "the provider refused it",
  UNPUBLISHED: "the template was never published",
  UNSUBSCRIBED: "the user does not want it, or is suppressed",
};

/** Questions that people come with, as statuses. */
export const VIEWS: readonly { label: string; status: string | undefined }[] = [
  { label: "All", status: undefined },
  { label: "Failed", status: "UNDELIVERABLE,UNROUTABLE,UNMAPPED" },
  { label: "Kept back", status: "FILTERED,THROTTLED,CANCELED" },
  { label: "Waiting", status: "ENQUEUED,DELAYED,ROUTED" },
  { label: "Sent", status: "SENT,DELIVERED,OPENED,CLICKED,SIMULATED,DIGESTED" },
];

/** What channels there are to choose from. */
export const CHANNELS: readonly string[] = ["email", "sms", "push", "inbox", "slack", "msteams", "discord", "whatsapp", "telegram", "webhook"];

const TRACK = "Segment-TrackEvent:";

/** What a message is about: its event by the name that the application knows, else its template. */
export function titleOf({ event, notification }: { event: string; notification: string }): string {
  return event.startsWith(TRACK) ? event.slice(TRACK.length) : event || notification || "Inline content";
}

/** The id by which an event is known here; what people type is the name that the application knows. */
export function eventId(typed: string): string {
  return typed.startsWith(TRACK) || typed.startsWith("nt_") ? typed : TRACK + typed;
}
