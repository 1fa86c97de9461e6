import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { keysetQuery } from "./keyset";

export type Provider = Schemas["api_providers_ProviderAnswer"];
export type ProviderEntry = Schemas["ProviderEntry"];

export const PROVIDERS = ["providers"] as const;

const at = (provider_id: string) => ({ params: { path: { provider_id } } });

export const providerListQuery = keysetQuery([...PROVIDERS, "list"], (_, signal) => answer(api.GET("/providers", { signal })));

/** The same, as one list. */
export const providersQuery = queryOptions({
  refetchInterval: 10_000,
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

export const createProvider = (body: Schemas["ProviderBody"]) => answer(api.POST("/providers", { body }));

export const changeProvider = (id: string) => (body: Schemas["ProviderPatch"]) => answer(api.PATCH("/providers/{provider_id}", { ...at(id), body }));

/** Says which accounts are asked first. */
export const arrangeProviders = (order: string[]) => answer(api.PUT("/providers/order", { body: { order } }));

export const removeProvider = (id: string) => answer(api.DELETE("/providers/{provider_id}", at(id)));

export const checkProvider = (id: string) => answer(api.POST("/providers/{provider_id}/check", at(id)));

/** Accounts of one channel are asked in the order of the list. Gives 1 for the one that is asked first, 0 for one that is off. */
export function rankOf(provider: Provider, all: readonly Provider[], channels: ReadonlyMap<string, string>): number {
  const channel = channels.get(provider.provider);
  return all.filter((each) => each.enabled && channels.get(each.provider) === channel).findIndex(({ id }) => id === provider.id) + 1;
}

/** The channel of each provider. */
export function channelsOf(catalog: readonly ProviderEntry[]): ReadonlyMap<string, string> {
  return new Map(catalog.map(({ provider, channel }) => [provider, channel]));
}
