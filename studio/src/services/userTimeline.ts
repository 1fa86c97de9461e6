import { answer, api, type Schemas } from "#/api/client";
import { given } from "#/api/given";
import { keysetQuery } from "./keyset";

/** A call of a user, or a message to them. */
export interface Moment {
  id: string;
  at: number;
  call?: Schemas["EventSummary"];
  message?: Schemas["MessageDetails"];
}

/** One page of what a user did and what they were sent, newest first. */
export async function readTimeline(id: string, limit: number, cursor: string | undefined, signal: AbortSignal) {
  const params = { path: { user_id: id }, query: given({ limit, cursor }) };
  const { paging, results } = await answer(api.GET("/users/{user_id}/timeline", { params, signal }));
  return { paging, results: results.map(momentOf) };
}

/** What a user did and what they were sent, page after page. Fresh ones come by `useLive`. */
export const userTimelineQuery = (id: string) => ({
  ...keysetQuery<Moment>(["users", id, "timeline"], (cursor, signal) => readTimeline(id, 50, cursor, signal)),
  staleTime: Infinity,
});

/** A call and the message that it became have one id: the kind tells them apart. */
function momentOf({ kind, at, event, message }: Schemas["TimelineItem"]): Moment {
  return { id: `${kind} ${event?.id ?? message?.id ?? at}`, at, ...(event ? { call: event } : {}), ...(message ? { message } : {}) };
}
