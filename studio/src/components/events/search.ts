import { z } from "zod";

export const KINDS = ["track", "identify", "page", "screen", "group", "alias"] as const;
export const STATUSES = ["MAPPED", "UNMAPPED", "APPLIED", "FILTERED", "DISCARDED"] as const;
/** How far back the log is looked at. */
export const SPANS = { "1h": ["The last hour", 1], "1d": ["The last day", 24], "7d": ["The last 7 days", 168], "30d": ["The last 30 days", 720] } as const;

export type Kind = (typeof KINDS)[number];
export type Span = keyof typeof SPANS;

/** What the list of names shows, as the address says it. What it does not understand, it leaves out. */
export const namesSearch = z.object({
  type: z.enum(KINDS).optional().catch(undefined),
  begins: z.string().max(200).optional().catch(undefined),
  show: z.enum(["mapped", "unmapped"]).optional().catch(undefined),
});

/** Which event a page is about. */
export const eventSearch = z.object({ type: z.enum(KINDS).default("track").catch("track"), name: z.string().default("").catch("") });

/** What the log shows, as the address says it. */
export const logSearch = z.object({
  name: z.string().optional().catch(undefined),
  user: z.string().optional().catch(undefined),
  status: z.enum(STATUSES).optional().catch(undefined),
  type: z.enum(KINDS).optional().catch(undefined),
  source: z.number().int().nonnegative().optional().catch(undefined),
  since: z.enum(["1h", "1d", "7d", "30d"]).optional().catch(undefined),
});

export type NamesSearch = z.infer<typeof namesSearch>;
export type LogSearch = z.infer<typeof logSearch>;

/** When a span begins; whole minutes, so that the same question stays the same for a while. */
export function beginOf(since: Span | undefined, now: number): string | undefined {
  if (since === undefined) return undefined;
  const minute = 60_000;
  return String(Math.floor(now / minute) * minute - SPANS[since][1] * 60 * minute);
}
