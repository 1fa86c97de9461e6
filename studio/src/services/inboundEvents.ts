import { queryOptions } from "@tanstack/react-query";
import { answer, api, ApiError } from "#/api/client";

/** The calls that came in last, newest first. */
export const latestEventsQuery = (limit: number) =>
  queryOptions({
    queryKey: ["inbound-events", "latest", limit],
    queryFn: ({ signal }) => answer(api.GET("/inbound-events", { params: { query: { limit } }, signal })),
    refetchInterval: 5000,
  });

/** One call, as it came; null when there is none of that id, as for a message that was asked for by `/send`. */
export const inboundEventQuery = (id: string) =>
  queryOptions({
    queryKey: ["inbound-events", id],
    queryFn: ({ signal }) =>
      answer(api.GET("/inbound-events/{event_id}", { params: { path: { event_id: id } }, signal })).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }),
    staleTime: Infinity, // a call does not change
  });
