import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";

export type SampleCall = Schemas["EventSummary"];

/** The newest calls, to try something on. */
export const sampleCallsQuery = queryOptions({
  queryKey: ["inbound-events", "samples"],
  queryFn: async ({ signal }) => (await answer(api.GET("/inbound-events", { params: { query: { limit: 50 } }, signal }))).results,
});

/** One call as it came. */
export const callQuery = (event_id: string) =>
  queryOptions({
    queryKey: ["inbound-events", event_id],
    queryFn: ({ signal }) => answer(api.GET("/inbound-events/{event_id}", { params: { path: { event_id } }, signal })),
    staleTime: Infinity,
  });
