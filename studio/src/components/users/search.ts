import { z } from "zod";

const TABS = ["timeline", "profile", "channels", "preferences", "groups", "inbox", "why"] as const;

/** What a user's page shows, as its address has it. */
export const userSearch = z.object({
  tab: z.enum(TABS).optional().catch(undefined),
  /** The event that is asked about. */
  event: z.union([z.string(), z.number()]).transform(String).optional().catch(undefined),
  /** The request whose receipt is shown. */
  regulation: z.string().optional().catch(undefined),
});

export type UserSearch = z.infer<typeof userSearch>;
export type UserTab = (typeof TABS)[number];
