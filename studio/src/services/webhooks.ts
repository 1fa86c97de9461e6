import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { settingsOf, type Settings, type Values } from "#/components/ui/settings";

export const KIND = "outbound_webhook";

/** Whom we tell what becomes of messages. */
export const webhooksQuery = queryOptions({
  queryKey: ["webhooks"],
  queryFn: async ({ signal }): Promise<Schemas["DestinationAnswer"][]> => {
    const { results } = await answer(api.GET("/destinations", { signal }));
    return results.filter(({ kind }) => kind === KIND);
  },
});

/** The settings that a webhook has. */
export const webhookSettingsQuery = queryOptions({
  queryKey: ["webhooks", "settings"],
  queryFn: async ({ signal }): Promise<Settings> => {
    const { results } = await answer(api.GET("/destinations/catalog", { signal }));
    return settingsOf(results.find(({ kind }) => kind === KIND)?.settings ?? {});
  },
  staleTime: Infinity,
});

const of = (destination_id: string) => ({ params: { path: { destination_id } } });

export const addWebhook = (name: string, settings: Values) =>
  answer(api.POST("/destinations", { body: { kind: KIND, name, enabled: true, settings } }));
export const changeWebhook = (id: string, body: Schemas["DestinationPatch"]) =>
  answer(api.PATCH("/destinations/{destination_id}", { ...of(id), body }));
export const removeWebhook = (id: string) => answer(api.DELETE("/destinations/{destination_id}", of(id)));
