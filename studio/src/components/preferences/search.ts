import { z } from "zod";

/** What the screen of preferences shows, as its address has it. */
export const preferencesSearch = z.object({
  tab: z.enum(["topics", "page", "rules", "suppressions"]).optional().catch(undefined),
  /** The section that is written, or that of the topic that is; `new` for a new one. */
  section: z.string().optional(),
  /** The topic that is written, or `new`. */
  topic: z.string().optional(),
});

export type PreferencesSearch = z.infer<typeof preferencesSearch>;
