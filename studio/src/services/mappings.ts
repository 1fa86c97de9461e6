import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { given } from "#/api/given";
import { next } from "./keyset";

export type Forecast = Schemas["Forecast"];

const PAGES_MAX = 10; // a thousand templates: more than anybody chooses from by hand

export interface TemplateChoice {
  id: string;
  name: string;
  isPublished: boolean;
}

/** The templates that an event may be mapped to. */
export const templateChoicesQuery = queryOptions({
  queryKey: ["notifications", "choices"],
  queryFn: async ({ signal }) => {
    const found: TemplateChoice[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const listing = await answer(api.GET("/notifications", { params: { query: { limit: 100, ...given({ cursor }) } }, signal }));
      found.push(...listing.results.map(({ id, name, state }) => ({ id, name, isPublished: state === "PUBLISHED" })));
      cursor = next(listing);
      if (cursor === undefined) break;
    }
    return found;
  },
});

/** What an event sends; null for nothing. */
export const mappingQuery = (event: string) =>
  queryOptions({
    queryKey: ["mappings", event],
    queryFn: async ({ signal }) => {
      const { results } = await answer(api.GET("/notifications", { params: { query: { event_id: event, limit: 1 } }, signal }));
      return results[0]?.id ?? null;
    },
  });

/** What a mapping would have sent in the last days. */
export const forecastQuery = (event: string, template: string, days: number) =>
  queryOptions({
    queryKey: ["forecasts", event, template, days],
    queryFn: ({ signal }) =>
      answer(api.POST("/events/{event_id}/dry-run", { params: { path: { event_id: event } }, body: { template_id: template, days }, signal })),
    staleTime: 30_000,
  });

/** Lets an event send a template from now on. */
export async function mapEvent(client: QueryClient, event: string, template: string): Promise<void> {
  await answer(api.PUT("/events/{event_id}", { params: { path: { event_id: event } }, body: { id: template, type: "notification" } }));
  await changed(client, event);
}

/** Lets an event send nothing from now on. */
export async function unmapEvent(client: QueryClient, event: string): Promise<void> {
  await answer(api.DELETE("/events/{event_id}", { params: { path: { event_id: event } } }));
  await changed(client, event);
}

async function changed(client: QueryClient, event: string): Promise<void> {
  await Promise.all([client.invalidateQueries({ queryKey: ["mappings", event] }), client.invalidateQueries({ queryKey: ["known-events"] })]);
}
