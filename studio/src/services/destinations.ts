import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { keysetQuery } from "./keyset";

export type Destination = Schemas["DestinationAnswer"];
export type DestinationEntry = Schemas["DestinationEntry"];
export type Delivery = Schemas["DeliveryAnswer"];
/** What a filter does with the calls that meet its condition. */
export type Action = Schemas["FilterBody"]["actions"][number];
export type FilterBody = Schemas["FilterBody"];

export const DESTINATIONS = ["destinations"] as const;
/** The destination that every environment has. */
export const COURIER = "courier";

const at = (destination_id: string) => ({ params: { path: { destination_id } } });

export const destinationListQuery = keysetQuery([...DESTINATIONS, "list"], (_, signal) => answer(api.GET("/destinations", { signal })));

export const destinationQuery = (id: string) =>
  queryOptions({
    queryKey: [...DESTINATIONS, id],
    queryFn: ({ signal }) => answer(api.GET("/destinations/{destination_id}", { ...at(id), signal })),
    refetchInterval: 15_000,
  });

/** The kinds that there are, and the settings each needs. */
export const destinationCatalogQuery = queryOptions({
  queryKey: [...DESTINATIONS, "catalog"],
  queryFn: async ({ signal }) => (await answer(api.GET("/destinations/catalog", { signal }))).results,
  staleTime: Infinity,
});

/** What came of its calls, over so many hours; or of those of one event. */
export const deliveryQuery = (id: string, hours: number, event?: string) =>
  queryOptions({
    queryKey: [...DESTINATIONS, id, "delivery", hours, event],
    queryFn: ({ signal }) =>
      answer(api.GET("/destinations/{destination_id}/delivery", { params: { path: { destination_id: id }, query: { hours, event: event ?? null } }, signal })),
    refetchInterval: 10_000,
  });

/** What is to be tried, or tried again. */
export const waitingQuery = (id: string) =>
  queryOptions({
    queryKey: [...DESTINATIONS, id, "waiting"],
    queryFn: async ({ signal }) => (await answer(api.GET("/destinations/{destination_id}/deliveries", { ...at(id), signal }))).results,
    refetchInterval: 10_000,
  });

export const createDestination = (body: Schemas["DestinationBody"]) => answer(api.POST("/destinations", { body }));

export const changeDestination = (id: string) => (body: Schemas["DestinationPatch"]) =>
  answer(api.PATCH("/destinations/{destination_id}", { ...at(id), body }));

export const removeDestination = (id: string) => answer(api.DELETE("/destinations/{destination_id}", at(id)));

export const redeliver = (id: string) => answer(api.POST("/destinations/{destination_id}/redeliver", { ...at(id), body: {} }));

export const testSettings = (id: string) => answer(api.POST("/destinations/{destination_id}/test", at(id)));

export const testEvent = (id: string) => (body: Schemas["EventTest"]) =>
  answer(api.POST("/destinations/{destination_id}/test-event", { ...at(id), body }));

export const testFilter = (body: Schemas["FilterTest"]) => answer(api.POST("/destinations/filters/test", { body }));

/** A destination's filters as they are written back. */
export function filterBodies({ filters }: Destination): FilterBody[] {
  return filters.map(({ id, title, if: condition, actions, description, enabled, source_id }) => ({
    id,
    title,
    if: condition,
    actions: actions as Action[], // the API's description of what it answers is wider than what it takes
    description,
    enabled,
    source_id: source_id ?? null,
  }));
}
