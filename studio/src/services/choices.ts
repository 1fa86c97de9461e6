import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "#/api/client";

/** The events that are mapped, by id: what can be chosen from in filters. */
export const mappedEventsQuery = queryOptions({
  queryKey: ["events", "mapped"],
  queryFn: async ({ signal }) => {
    const { results } = await answer(api.GET("/events", { signal }));
    return results.map(({ event }) => event);
  },
  staleTime: 60_000,
});

/** Templates by id, with their names: the hundred that were changed last. */
export const templateNamesQuery = queryOptions({
  queryKey: ["notifications", "names"],
  queryFn: async ({ signal }) => {
    const { results } = await answer(api.GET("/notifications", { params: { query: { limit: 100 } }, signal }));
    return results.map(({ id, name }) => ({ value: id, label: name || id }));
  },
  staleTime: 60_000,
});

/** The providers that there are. */
export const providerNamesQuery = queryOptions({
  queryKey: ["providers", "names"],
  queryFn: async ({ signal }) => {
    const { results } = await answer(api.GET("/providers", { signal }));
    return [...new Set(results.map(({ provider }) => provider))];
  },
  staleTime: 60_000,
});

export interface Choice {
  value: string;
  label: string;
}

/** The first hundred brands, to choose one of. */
export const brandChoices = queryOptions({
  queryKey: ["brands", "choices"],
  queryFn: async ({ signal }): Promise<Choice[]> => {
    const { results } = await answer(api.GET("/brands", { params: { query: { limit: 100 } }, signal }));
    return results.map(({ id, name }) => ({ value: id, label: name }));
  },
});
