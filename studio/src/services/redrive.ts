import { answer, api, type Schemas } from "#/api/client";
import { type MessageFilter, readMessages } from "./messages";

type Body = Schemas["RedriveBody"];

const DEAD = ["UNDELIVERABLE", "UNROUTABLE", "UNMAPPED"] as const;
const REASONS: Record<Schemas["Reason"], true> = {
  BOUNCED: true,
  FAILED: true,
  FILTERED: true,
  NO_CHANNELS: true,
  NO_PROVIDERS: true,
  OPT_IN_REQUIRED: true,
  PROVIDER_ERROR: true,
  UNPUBLISHED: true,
  UNSUBSCRIBED: true,
};

/** So many are counted before it is said that there are more. */
export const COUNT_MAX = 1000;

/** What became of a redrive so far. */
export interface Redriven {
  seen: number;
  sent: number;
}

/** What sends once more all that failed of what a filter finds; null when none of it can have failed. */
export function redriveOf(filter: MessageFilter): Body | null {
  const asked = filter.status?.split(",");
  const statuses = DEAD.filter((status) => !asked || asked.includes(status));
  if (statuses.length === 0 || filter.archived || filter.messageId || filter.traceId) return null;
  return {
    statuses,
    reasons: filter.reason?.split(",").filter((word): word is Schemas["Reason"] => word in REASONS) ?? [],
    event: filter.event ?? null,
    recipient: filter.recipient ?? null,
    notification: filter.notification ?? null,
    provider: filter.provider?.split(",") ?? [],
    channel: filter.channel?.split(",") ?? [],
    list_id: filter.list ?? null,
    tenant_id: filter.tenant_id ?? null,
    tag: filter.tag?.split(",") ?? [],
    begins: filter.begins ?? null,
    since: at(filter.enqueued_after),
    until: at(filter.enqueued_before),
    include_unknown: false,
    limit: COUNT_MAX,
  };
}

/** Counts what a redrive would look at, to `COUNT_MAX` and no further. */
export async function countDead(filter: MessageFilter, body: Body, signal: AbortSignal): Promise<number> {
  const where = { ...filter, status: (body.statuses ?? []).join(",") };
  let count = 0;
  let cursor: string | undefined;
  do {
    const { results, paging }: Awaited<ReturnType<typeof readMessages>> = await readMessages(where, 100, cursor, signal);
    count += results.length;
    cursor = paging.more ? (paging.cursor ?? undefined) : undefined;
  } while (cursor !== undefined && count < COUNT_MAX);
  return count;
}

/** Sends them once more, page by page, and tells how far it has come. Each is sent once, however often this is asked. */
export async function redrive(body: Body, tell: (done: Redriven) => void): Promise<void> {
  const done = { seen: 0, sent: 0 };
  let cursor: string | null = null;
  do {
    const page: Schemas["RedriveAnswer"] = await answer(api.POST("/messages/redrive", { body: { ...body, cursor } }));
    done.seen += page.seen;
    done.sent += Object.keys(page.redriven).length;
    cursor = page.cursor;
    tell({ ...done });
  } while (cursor !== null);
}

/** Reads a time of an address as milliseconds; null for none, and for what is none. */
function at(time: string | undefined): number | null {
  const ms = /^\d+$/.test(time ?? "") ? Number(time) : Date.parse(time ?? "");
  return Number.isNaN(ms) ? null : ms;
}
