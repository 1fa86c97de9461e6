import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "#/api/client";

/** The environment's API keys, oldest first. */
export const apiKeysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: ({ signal }) => answer(api.GET("/api-keys", { signal })),
});

export const makeApiKey = (name: string) => answer(api.POST("/api-keys", { body: { name } }));
export const revokeApiKey = (key_id: string) => answer(api.DELETE("/api-keys/{key_id}", { params: { path: { key_id } } }));
