import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { keysetQuery } from "./keyset";

export type Kept = Omit<KeptWhole, "content">;
export type KeptWhole = Schemas["KeptMessageWhole"];

/** What was kept here instead of being sent, newest first. */
export const outboxQuery = {
  ...keysetQuery(["outbox"], (cursor, signal) => answer(api.GET("/outbox", { params: { query: cursor ? { cursor } : {} }, signal }))),
  refetchInterval: 10_000,
};

/** What was kept of one message, by channel. */
export const keptQuery = (message_id: string) =>
  queryOptions({
    queryKey: ["outbox", message_id],
    queryFn: async ({ signal }) => (await answer(api.GET("/outbox/{message_id}", { params: { path: { message_id } }, signal }))).results,
  });
