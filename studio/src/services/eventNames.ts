import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { given } from "#/api/given";
import type { Kind, NamesSearch } from "#/components/events/search";
import { keysetQuery } from "./keyset";

export type EventName = Schemas["EventName"];
export type EventDetails = Schemas["EventDetails"];

const BEGINS_MAX = 200; // characters that the API takes

/** Every event name that was ever sent, by name. */
export const eventNamesQuery = ({ type = "track", begins, show }: NamesSearch) =>
  keysetQuery<EventName>(["known-events", type, begins ?? "", show ?? ""], (cursor, signal) => {
    const mapped = show === undefined ? undefined : show === "mapped";
    return answer(api.GET("/known-events", { params: { query: { type, limit: 50, ...given({ begins, mapped, cursor }) } }, signal }));
  });

/** One of them, with what its calls look like; null for one that nobody has sent. */
export const eventQuery = (type: Kind, name: string) =>
  queryOptions({
    queryKey: ["known-events", "one", type, name],
    queryFn: async ({ signal }) => {
      const { results } = await answer(api.GET("/known-events", { params: { query: { type, begins: name.slice(0, BEGINS_MAX), limit: 1 } }, signal }));
      const isKnown = results[0]?.name === name || name.length > BEGINS_MAX; // of names that begin so, it is the first
      if (!isKnown) return null;
      return answer(api.GET("/known-events/{kind}", { params: { path: { kind: type }, query: { name } }, signal }));
    },
  });
