import { z } from "zod";
import type { MessageFilter } from "#/services/messages";

const word = z
  .union([z.string(), z.number(), z.boolean()])
  .transform((value) => String(value).trim().slice(0, 1000) || undefined)
  .optional()
  .catch(undefined);

/** The filters of the data log, as its address has them. Lists are comma-separated; `since` is `24h`, `7d` or ISO 8601. */
export const messageSearch = z.object({
  /** How a user, an address, a message or a request begins. */
  text: word,
  status: word,
  reason: word,
  event: word,
  user: word,
  template: word,
  channel: word,
  provider: word,
  tag: word,
  tenant: word,
  list: word,
  message: word,
  request: word,
  since: word,
  until: word,
  archived: z.boolean().optional().catch(undefined),
});

export type MessageSearch = z.infer<typeof messageSearch>;

/** What people filter by, in the order in which chips and fields stand. */
export const FIELDS: Record<keyof MessageSearch, string> = {
  text: "Begins with",
  status: "Status",
  reason: "Reason",
  event: "Event",
  user: "User",
  template: "Template",
  channel: "Channel",
  provider: "Provider",
  tag: "Tag",
  tenant: "Tenant",
  list: "List",
  message: "Message",
  request: "Request",
  since: "Since",
  until: "Until",
  archived: "Archived",
};

/** The spans that `since` may name. */
export const SPANS: Record<string, string> = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
};

const UNIT_MS = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** Asks the API for what the address says. A span is counted back from `now`. */
export function filterOf(search: MessageSearch, now: number): MessageFilter {
  return {
    status: search.status?.toUpperCase(),
    reason: search.reason?.toUpperCase(),
    event: search.event,
    recipient: search.user,
    notification: search.template,
    channel: search.channel,
    provider: search.provider,
    tag: search.tag,
    tenant_id: search.tenant,
    begins: search.text && search.text.length > 1 ? search.text.slice(0, 200) : undefined,
    list: search.list,
    messageId: search.message,
    traceId: search.request,
    archived: search.archived,
    enqueued_after: search.since && sinceOf(search.since, now),
    enqueued_before: search.until,
  };
}

function sinceOf(text: string, now: number): string {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  const ms = UNIT_MS.get(unit ?? "");
  return ms === undefined ? text : new Date(now - Number(count) * ms).toISOString();
}
