import type { Schemas } from "#/api/client";
import { STATUSES } from "./words";

type Step = Schemas["data_logs_explanation_Step"];
type Fields = Record<string, unknown>;

/** One thing that happened to a message, in plain words. */
export interface Told {
  at: number;
  /** The word that the log has for it. */
  type: string;
  title: string;
  why: string;
  verdict: Step["verdict"];
  /** All that is on record of it. */
  facts: Fields;
}

/** Tells a message's history as a story; the call that it came from is known from the explanation alone. */
export function storyOf(history: readonly Fields[], steps: readonly Step[]): Told[] {
  const calls = steps.filter((step) => step.step === "call" && step.at !== null && step.facts?.event_id !== undefined);
  const silent = steps.filter((step) => step.step === "attempt" && step.verdict === "unknown");
  const story = [
    ...calls.map((step): Told => ({ at: step.at ?? 0, type: "CALL", title: "A call came in", why: step.why, verdict: step.verdict, facts: step.facts ?? {} })),
    ...history.map(told),
    ...silent.map((step): Told => ({ at: step.at ?? 0, type: "UNKNOWN", title: "Nobody knows", why: step.why, verdict: "unknown", facts: step.facts ?? {} })),
  ];
  return story.toSorted((one, other) => one.at - other.at); // stable: lines of one moment stay in order
}

function told({ ts, type, ...facts }: Fields): Told {
  const kind = text(type);
  const [title, why, verdict] = wordsOf(kind, facts);
  return { at: Number(ts), type: kind, title, why, verdict, facts };
}

function wordsOf(type: string, facts: Fields): [title: string, why: string, verdict: Step["verdict"]] {
  const by = wayOf(facts);
  const error = text(facts.error_message) || text(facts.reason);
  switch (type) {
    case "ENQUEUED":
      return facts.resend_of ? ["Asked for again", `as ${text(facts.resend_of)} was`, "passed"] : ["Message made", `for ${text(facts.recipient)}`, "passed"];
    case "MAPPED":
      return ["Mapped to a template", `the event sends ${text(facts.notification_id)}`, "passed"];
    case "PROFILE_LOADED":
      return ["Profile read", profileWords(facts), "passed"];
    case "RENDERED":
      return [`Written for ${channelOf(facts)}`, renderedWords(facts), "passed"];
    case "DELIVERING":
      return ["Handed over", `to ${by}`, "passed"];
    case "SENT":
    case "SIMULATED":
      return [type === "SENT" ? "Sent" : "Kept in the outbox", sentWords(facts, by), "passed"];
    case "DELIVERED":
      return ["Delivered", `${by} says that it arrived`, "passed"];
    case "OPENED":
      return ["Opened", "the user opened it", "passed"];
    case "CLICKED":
      return ["Clicked", text(facts.url) ? `the user followed ${text(facts.url)}` : "the user followed a link", "passed"];
    case "ERROR":
      return ["An attempt failed", `${by}: ${error}${facts.retry_at ? `; tried again at ${moment(facts.retry_at)}` : ""}`, facts.retry_at ? "waits" : "stopped"];
    case "DELAYED":
      return ["Waits", `${text(facts.reason)}${facts.until ? `, until ${moment(facts.until)}` : ""}`, "waits"];
    case "RESENT":
      return ["Sent again", `as ${text(facts.message_id)}`, "passed"];
    case "TIMED_OUT":
      return ["Took too long", error, "waits"];
    case "ESCALATED":
      return ["The next channel is asked", error, "passed"];
    case "NOT_ESCALATED":
      return ["Nobody else is asked", error, "passed"];
    case "CANCELED":
      return ["Taken back", error || "nobody had heard of it yet", "stopped"];
    case "FILTERED":
      return ["Kept back", error, "stopped"];
    case "THROTTLED":
      return ["Kept back by a limit", error, "stopped"];
    case "DIGESTED":
      return ["Put into a digest", error, "passed"];
    case "UNMAPPED":
      return ["No template", error || "the event has no published template", "stopped"];
    case "UNROUTABLE":
      return ["No way to the user", error, "stopped"];
    case "UNDELIVERABLE":
      return ["Not delivered", [by === "the provider" ? "" : by, error].filter(Boolean).join(": "), "stopped"];
  }
  const means: Record<string, string> = STATUSES;
  return [type.toLowerCase().replaceAll("_", " "), error || (means[type] ?? ""), "passed"];
}

function profileWords(facts: Fields): string {
  const known = isFields(facts.merged_profile) ? Object.keys(facts.merged_profile).length : 0;
  const stored = isFields(facts.stored_profile) && Object.keys(facts.stored_profile).length > 0;
  const what = known === 1 ? "1 trait is known" : `${known} traits are known`;
  return stored ? what : `${what}; no profile is stored, only what the request brought`;
}

function renderedWords(facts: Fields): string {
  const missing = Array.isArray(facts.missing_variables) ? facts.missing_variables.map(text) : [];
  const hidden = Array.isArray(facts.conditions) ? facts.conditions.length : 0;
  const words = [
    missing.length > 0 && `variables without a value: ${missing.join(", ")}`,
    hidden > 0 && (hidden === 1 ? "one part is hidden by its condition" : `${hidden} parts are hidden by their conditions`),
  ].filter(Boolean);
  return words.join("; ") || "every variable had a value";
}

function sentWords(facts: Fields, by: string): string {
  const reference = text(facts.reference);
  const taken = `${by} took it${reference ? ` as ${reference}` : ""}`;
  return facts.until ? `${taken}; news is awaited until ${moment(facts.until)}` : taken;
}

function wayOf(facts: Fields): string {
  const channel = channelOf(facts);
  const provider = isFields(facts.integration) ? text(facts.integration.provider) : "";
  return [provider, channel && `(${channel})`].filter(Boolean).join(" ") || "the provider";
}

function channelOf(facts: Fields): string {
  return isFields(facts.channel) ? text(facts.channel.id) : "";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function moment(at: unknown): string {
  return new Date(Number(at)).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}
