import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";

/** The workspace's environments, oldest first. */
export const environmentsQuery = queryOptions({
  queryKey: ["environments"],
  queryFn: ({ signal }) => answer(api.GET("/environments", { signal })),
});

/** How long what is kept. */
export const retentionQuery = queryOptions({
  queryKey: ["retention"],
  queryFn: ({ signal }) => answer(api.GET("/retention", { signal })),
});

export const makeEnvironment = (body: Schemas["EnvironmentBody"]) => answer(api.POST("/environments", { body }));
export const renameEnvironment = (environment_id: number, name: string) =>
  answer(api.PATCH("/environments/{environment_id}", { params: { path: { environment_id } }, body: { name } }));
