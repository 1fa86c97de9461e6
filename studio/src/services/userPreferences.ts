import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";

export type Topic = Schemas["TopicPreference"];
export type Choosing = Schemas["Choosing"];

/** Every topic, and what holds for a user. */
export const userPreferencesQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", id, "preferences"],
    queryFn: ({ signal }) => answer(api.GET("/users/{user_id}/preferences", { params: { path: { user_id: id } }, signal })),
  });

/** Keeps a choice. */
export async function choose(id: string, topicId: string, topic: Choosing): Promise<void> {
  const path = { user_id: id, topic_id: topicId };
  await answer(api.PUT("/users/{user_id}/preferences/{topic_id}", { params: { path }, body: { topic } }));
}

/** Forgets a choice: the default holds again. */
export async function forgetChoice(id: string, topicId: string): Promise<void> {
  const path = { user_id: id, topic_id: topicId };
  await answer(api.DELETE("/users/{user_id}/preferences/{topic_id}", { params: { path } }));
}
