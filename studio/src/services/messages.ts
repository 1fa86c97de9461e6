import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "#/api/client";

/** The messages that were made last, newest first. */
export const latestMessagesQuery = (limit: number) =>
  queryOptions({
    queryKey: ["messages", "latest", limit],
    queryFn: ({ signal }) => answer(api.GET("/messages", { params: { query: { limit } }, signal })),
    refetchInterval: 5000,
  });
