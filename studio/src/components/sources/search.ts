import { z } from "zod";

/** What a source's page shows, as its address has it. */
export const sourceSearch = z.object({
  tab: z.enum(["connect", "debugger", "events", "settings"]).optional().catch(undefined),
  /** Of the debugger: words that calls must have, what became of them, and the one that is open. */
  q: z.string().optional(),
  status: z.string().optional(),
  call: z.string().optional(),
  /** The event that is open: `track Order Completed`. */
  event: z.string().optional(),
});

export type SourceSearch = z.infer<typeof sourceSearch>;
