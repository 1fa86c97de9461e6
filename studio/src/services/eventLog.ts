import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { given } from "#/api/given";
import { beginOf, type LogSearch } from "#/components/events/search";
import { keysetQuery } from "./keyset";

export type Call = Schemas["EventSummary"];

/** The calls that came in, newest first. */
export const eventLogQuery = ({ name, user, status, type, source, since }: LogSearch) =>
  keysetQuery<Call>(["event-log", { name, user, status, type, source, since }], (cursor, signal) => {
    const wanted = { name, user_id: user, status: status && [status], type, source_id: source, received_after: beginOf(since, Date.now()), cursor };
    return answer(api.GET("/inbound-events", { params: { query: { limit: 50, ...given(wanted) } }, signal }));
  });

/** The calls of one event that came last. */
export const latestCallsQuery = (type: string, name: string) =>
  queryOptions({
    queryKey: ["event-log", "latest", type, name],
    queryFn: ({ signal }) => answer(api.GET("/inbound-events", { params: { query: { limit: 6, type, ...given({ name: name || undefined }) } }, signal })),
    refetchInterval: 5000,
  });

/** One call as it came, with the profile of its user as it stands now. */
export const callQuery = (id: string) =>
  queryOptions({
    queryKey: ["event-log", "one", id],
    queryFn: ({ signal }) => answer(api.GET("/inbound-events/{event_id}", { params: { path: { event_id: id } }, signal })),
  });
