import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { keysetQuery } from "./keyset";

export type Provider = Schemas["api_providers_ProviderAnswer"];
export type ProviderEntry = Schemas["ProviderEntry"];
/** How the accounts at one provider answered, on one channel. */
export type Answers = Schemas["Answers"];

export const PROVIDERS = ["providers"] as const;

const at = (provider_id: string) => ({ params: { path: { provider_id } } });

export const providerListQuery = keysetQuery([...PROVIDERS, "list"], (_, signal) => answer(api.GET("/providers", { signal })));

/** The same, as one list. */
export const providersQuery = queryOptions({
  queryKey: [...PROVIDERS, "all"],
  queryFn: async ({ signal }) => (await answer(api.GET("/providers", { signal }))).results,
});

export const providerQuery = (id: string) =>
  queryOptions({
    queryKey: [...PROVIDERS, id],
    queryFn: ({ signal }) => answer(api.GET("/providers/{provider_id}", { ...at(id), signal })),
  });

/** What can be switched on, and the settings each needs. */
export const providerCatalogQuery = queryOptions({
  queryKey: [...PROVIDERS, "catalog"],
  queryFn: async ({ signal }) => (await answer(api.GET("/providers/catalog", { signal }))).results,
  staleTime: Infinity,
});

/** How providers answered over the last day. */
export const answersQuery = queryOptions({
  queryKey: ["insights", "providers"],
  queryFn: async ({ signal }) => (await answer(api.GET("/insights", { params: { query: { bucket: "hour" } }, signal }))).providers,
  refetchInterval: 10_000,
});

export const createProvider = (body: Schemas["ProviderBody"]) => answer(api.POST("/providers", { body }));

export const changeProvider = (id: string) => (body: Schemas["ProviderPatch"]) => answer(api.PATCH("/providers/{provider_id}", { ...at(id), body }));

export const removeProvider = (id: string) => answer(api.DELETE("/providers/{provider_id}", at(id)));

export const checkProvider = (id: string) => answer(api.POST("/providers/{provider_id}/check", at(id)));

/** Of all attempts, how many were taken; null when there was none. */
export function successOf({ attempts, sent }: Answers): number | null {
  return attempts ? sent / attempts : null;
}

/** Accounts of one channel are asked in this order: oldest first. Gives 1 for the one that is asked first. */
export function rankOf(provider: Provider, all: readonly Provider[], channels: ReadonlyMap<string, string>): number {
  const channel = channels.get(provider.provider);
  return all.filter((each) => channels.get(each.provider) === channel).findIndex(({ id }) => id === provider.id) + 1;
}

/** The channel of each provider. */
export function channelsOf(catalog: readonly ProviderEntry[]): ReadonlyMap<string, string> {
  return new Map(catalog.map(({ provider, channel }) => [provider, channel]));
}
