import { z } from "zod";

/** What a destination's page shows, as its address has it. */
export const destinationSearch = z.object({
  tab: z.enum(["delivery", "filters", "settings", "test"]).optional().catch(undefined),
  /** How far the delivery view looks back. */
  hours: z.number().int().min(1).max(336).optional().catch(undefined),
  /** The event that the delivery view is about; all of them otherwise. */
  event: z.string().max(1000).optional().catch(undefined),
  /** The filter that is being written: its id, or `new`. */
  filter: z.string().optional(),
});

export type DestinationSearch = z.infer<typeof destinationSearch>;
