import { queryOptions } from "@tanstack/react-query";
import { answer, api, ApiError, type Schemas } from "#/api/client";
import { given } from "#/api/given";
import type { Operation, Traits } from "./jsonPatch";
import { keysetQuery } from "./keyset";

/** What is known of a user; null of one that nobody has told us about. */
export const profileQuery = (id: string) =>
  queryOptions({
    queryKey: ["profiles", id],
    queryFn: async ({ signal }): Promise<Traits | null> => {
      const { profile } = await answer(api.GET("/profiles/{user_id}", { params: { path: { user_id: id } }, signal })).catch(nothing);
      return profile;
    },
  });

/** Changes a profile. All operations are applied, or none. */
export async function patchProfile(id: string, patch: Operation[]): Promise<void> {
  await answer(api.PATCH("/profiles/{user_id}", { params: { path: { user_id: id } }, body: { patch: patch.map((operation) => ({ ...operation })) } }));
}

function nothing(error: unknown): { profile: null } {
  if (error instanceof ApiError && error.status === 404) return { profile: null };
  throw error;
}

export type FoundProfile = Schemas["ProfileSummary"];

/** All profiles, or those of whom something begins so: id, email address, phone number, a part of the name. */
export const profilesQuery = (begins: string) =>
  keysetQuery<FoundProfile>(["profiles", "list", begins], (cursor, signal) =>
    answer(api.GET("/profiles", { params: { query: given({ begins: begins || undefined, limit: 50, cursor }) }, signal })),
  );
