import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "#/api/client";

const LATEST = ["messages", "latest"] as const;

/** The messages that were made last, newest first. */
export const latestMessagesQuery = Object.assign(
  (limit: number) =>
    queryOptions({
      queryKey: [...LATEST, limit],
      queryFn: ({ signal }) => answer(api.GET("/messages", { params: { query: { limit } }, signal })),
      refetchInterval: 5000,
    }),
  { key: LATEST },
);

/** Sends a message; gives the id of the request. */
export async function send(message: Record<string, unknown>): Promise<string> {
  return (await answer(api.POST("/send", { body: { message } }))).requestId;
}
