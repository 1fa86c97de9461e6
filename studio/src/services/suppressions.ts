import { queryOptions } from "@tanstack/react-query";
import { answer, api, ApiError } from "#/api/client";

const addressOf = (userId: string) => `user:${userId}`;

/** Why a user gets nothing more; null of one who may be written to. */
export const suppressionQuery = (userId: string) =>
  queryOptions({
    queryKey: ["users", userId, "suppression"],
    queryFn: ({ signal }) =>
      answer(api.GET("/suppressions/{address}", { params: { path: { address: addressOf(userId) } }, signal })).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }),
  });

/** Sends a user nothing more. */
export async function suppress(userId: string, detail: string): Promise<void> {
  await answer(api.POST("/suppressions", { body: { address: addressOf(userId), kind: "manual", detail } }));
}

/** Lets a user be written to again. */
export async function unsuppress(userId: string): Promise<void> {
  await answer(api.DELETE("/suppressions/{address}", { params: { path: { address: addressOf(userId) } } }));
}
