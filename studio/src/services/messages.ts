import { queryOptions } from "@tanstack/react-query";
import { answer, api, ApiError, type Schemas } from "#/api/client";
import { given } from "#/api/given";
import { keysetQuery } from "./keyset";

export type Message = Schemas["MessageDetails"];

/** What `GET /messages` filters by; lists are comma-separated, times are ISO 8601 or epoch ms. */
export interface MessageFilter {
  status?: string | undefined;
  reason?: string | undefined;
  event?: string | undefined;
  recipient?: string | undefined;
  messageId?: string | undefined;
  notification?: string | undefined;
  provider?: string | undefined;
  list?: string | undefined;
  traceId?: string | undefined;
  enqueued_after?: string | undefined;
  enqueued_before?: string | undefined;
  channel?: string | undefined;
  tag?: string | undefined;
  tenant_id?: string | undefined;
  begins?: string | undefined;
  archived?: boolean | undefined;
}

export const PAGE = 100;

/** One page of messages, newest first. */
export function readMessages(filter: MessageFilter, limit: number, cursor: string | undefined, signal?: AbortSignal) {
  const query = { ...withLists(filter), ...given({ limit, cursor }) };
  return answer(api.GET("/messages", { params: { query }, ...(signal ? { signal } : {}) }));
}

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
  const body = { message } as unknown as Schemas["SendBody"]; // written by a person, as JSON: the API checks it
  return (await answer(api.POST("/send", { body }))).requestId;
}

/** All messages that a filter finds, page after page. Fresh ones come by `useLive`. */
export const messagesQuery = (filter: () => MessageFilter, key: unknown) => ({
  ...keysetQuery<Message>(["messages", "list", key], (cursor, signal) => readMessages(filter(), PAGE, cursor, signal)),
  staleTime: Infinity,
});

/** One message, with its attempts. It is asked again while it may change. */
export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: ["messages", id],
    queryFn: ({ signal }) => answer(api.GET("/messages/{message_id}", { params: { path: { message_id: id } }, signal })),
    refetchInterval: ({ state }) => (state.data && isSettled(state.data.status) ? 15_000 : 2000),
  });

/** What happened to it, in order. Follows the message: `stamp` is what changes when it does. */
export const historyQuery = (id: string, stamp: string) =>
  queryOptions({
    queryKey: ["messages", id, "history", stamp],
    queryFn: ({ signal }) => answer(api.GET("/messages/{message_id}/history", { params: { path: { message_id: id } }, signal })),
    placeholderData: (before) => before,
  });

/** Why it went as it went, and what would be decided now. */
export const explanationQuery = (id: string, stamp: string) =>
  queryOptions({
    queryKey: ["messages", id, "explanation", stamp],
    queryFn: ({ signal }) => answer(api.GET("/explain", { params: { query: { message: id } }, signal })),
    placeholderData: (before) => before,
  });

/** What was rendered, per channel. */
export const outputsQuery = (id: string, stamp: string) =>
  queryOptions({
    queryKey: ["messages", id, "output", stamp],
    queryFn: ({ signal }) => answer(api.GET("/messages/{message_id}/output", { params: { path: { message_id: id } }, signal })),
    placeholderData: (before) => before,
  });

/** What providers were asked, attempt by attempt, without secrets. */
export const requestsQuery = (id: string, stamp: string) =>
  queryOptions({
    queryKey: ["messages", id, "requests", stamp],
    queryFn: ({ signal }) => answer(api.GET("/messages/{message_id}/requests", { params: { path: { message_id: id } }, signal })),
    placeholderData: (before) => before,
  });

/** Why a user did not get something; nothing is asked before both are named. */
export const whyNotQuery = (user: string, event: string) =>
  queryOptions({
    queryKey: ["explain", user, event],
    queryFn: ({ signal }) => answer(api.GET("/explain", { params: { query: { user, event } }, signal })),
    enabled: user !== "" && event !== "",
    staleTime: 0,
  });

/** What a user has in the in-app inbox: the newest fifty messages of that channel. */
export const inboxQuery = (user: string) =>
  queryOptions({
    queryKey: ["messages", "inbox", user],
    queryFn: async ({ signal }) => {
      const { results } = await readMessages({ recipient: user, channel: "inbox" }, 50, undefined, signal);
      return results.filter((message) => message.channel === "inbox");
    },
    refetchInterval: 10_000,
  });

/** Takes a message back. Throws when it is too late. */
export async function cancelMessage(id: string): Promise<void> {
  const { response } = await api.POST("/messages/{message_id}/cancel", { params: { path: { message_id: id } } });
  if (response.status === 409) throw new ApiError("It is too late: a provider has heard of it, or it has ended.", 409, "conflict");
  if (!response.ok) throw new ApiError(`The server answered ${response.status}.`, response.status, "api_error");
}

/** Sends the same to the same as a new message. Gives its id. */
export async function resendMessage(id: string): Promise<string> {
  const { messageId } = await answer(api.POST("/messages/{message_id}/resend", { params: { path: { message_id: id } } }));
  return messageId;
}

/** Tells whether nothing more is to come, but news of what became of it. */
export function isSettled(status: string): boolean {
  return !["ENQUEUED", "DELAYED", "ROUTED"].includes(status);
}

/** Gives what changes whenever something happened to a message. */
export function stampOf(message: Schemas["MessageRecord"]): string {
  const { status, providers, sent, delivered, opened, clicked, canceledAt } = message;
  return [status, providers?.length, sent, delivered, opened, clicked, canceledAt].join(" ");
}

function withLists({ status, reason, provider, channel, tag, ...rest }: MessageFilter) {
  const listed = (text: string | undefined) => (text ? [text] : undefined); // the API splits at commas
  return given({ ...rest, status: listed(status), reason: listed(reason), provider: listed(provider), channel: listed(channel), tag: listed(tag) });
}
