import { queryOptions, useQueries, type UseQueryResult } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { keysetQuery } from "./keyset";

export type Source = Schemas["SourceAnswer"];
export type KnownEvent = Schemas["KnownEvent"];

export const SOURCES = ["sources"] as const;

const at = (source_id: number) => ({ params: { path: { source_id } } });

/** The environment's sources, oldest first, as a list that is shown. */
export const sourceListQuery = keysetQuery([...SOURCES, "list"], (_, signal) => answer(api.GET("/sources", { signal })));

/** The same, as what others choose from. */
export const sourcesQuery = queryOptions({
  queryKey: [...SOURCES, "all"],
  queryFn: async ({ signal }) => (await answer(api.GET("/sources", { signal }))).results,
});

export const sourceQuery = (id: number) =>
  queryOptions({
    queryKey: [...SOURCES, id],
    queryFn: ({ signal }) => answer(api.GET("/sources/{source_id}", { ...at(id), signal })),
  });

export const writeKeysQuery = (id: number) =>
  queryOptions({
    queryKey: [...SOURCES, id, "keys"],
    queryFn: async ({ signal }) => (await answer(api.GET("/sources/{source_id}/write-keys", { ...at(id), signal }))).results,
  });

/** What to put into a library. A source of which every key was revoked has none, and is refused. */
export const newestKeyQuery = (id: number) =>
  queryOptions({
    queryKey: [...SOURCES, id, "newest-key"],
    queryFn: ({ signal }) => answer(api.GET("/sources/{source_id}/write-keys/newest", { ...at(id), signal })),
  });

/** Every event that a source has sent. */
export const knownEventsQuery = (id: number) =>
  queryOptions({
    queryKey: [...SOURCES, id, "events"],
    queryFn: async ({ signal }) => (await answer(api.GET("/sources/{source_id}/events", { ...at(id), signal }))).results,
    refetchInterval: 10_000,
  });

const together = (found: UseQueryResult<KnownEvent[]>[]) => found.flatMap(({ data }) => data ?? []);

/** Every event that some sources have sent; of many sources the first, since each is asked. */
export function useKnownEvents(sources: readonly number[]): KnownEvent[] {
  return useQueries({ queries: sources.slice(0, 20).map((id) => ({ ...knownEventsQuery(id), refetchInterval: false as const })), combine: together });
}

/** Requests of the last day that no source took, by reason. */
export const refusedQuery = queryOptions({
  queryKey: [...SOURCES, "refused"],
  queryFn: async ({ signal }) => {
    const { results } = await answer(api.GET("/sources/refused", { signal }));
    return results.filter(({ last_at }) => last_at > Date.now() - 86_400_000);
  },
  refetchInterval: 15_000,
});

export const createSource = (name: string) => answer(api.POST("/sources", { body: { name } }));

export const changeSource = (id: number) => (body: Schemas["SourcePatch"]) =>
  answer(api.PATCH("/sources/{source_id}", { ...at(id), body }));

export const addWriteKey = (id: number) => answer(api.POST("/sources/{source_id}/write-keys", at(id)));

export const revokeWriteKey = (id: number, key_id: string) =>
  answer(api.DELETE("/sources/{source_id}/write-keys/{key_id}", { params: { path: { source_id: id, key_id } } }));

/** The source that a first call may come from, with the write key that opens it; null while there is none. */
export const firstSourceQuery = queryOptions({
  queryKey: [...SOURCES, "first"],
  queryFn: async ({ signal }) => {
    const { results } = await answer(api.GET("/sources", { signal }));
    const source = results.find((each) => each.enabled) ?? results[0];
    if (!source) return null;
    const key = await answer(api.GET("/sources/{source_id}/write-keys/newest", { ...at(source.id), signal }));
    return { source, writeKey: key.write_key, host: key.host };
  },
  staleTime: 60_000,
});
