import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "#/api/client";

/** The calls that came in last, newest first. */
export const latestEventsQuery = (limit: number) =>
  queryOptions({
    queryKey: ["inbound-events", "latest", limit],
    queryFn: ({ signal }) => answer(api.GET("/inbound-events", { params: { query: { limit } }, signal })),
    refetchInterval: 5000,
  });
