import { queryOptions } from "@tanstack/react-query";
import { answer, api, ApiError, type Schemas } from "#/api/client";
import { keysetQuery } from "./keyset";

export type Suppression = Schemas["SuppressionAnswer"];

/** How a user stands on the list. */
export const ofUser = (userId: string) => `user:${userId}`;

/** Why a user gets nothing more; null of one who may be written to. */
export const suppressionQuery = (userId: string) =>
  queryOptions({
    queryKey: ["users", userId, "suppression"],
    queryFn: ({ signal }) =>
      answer(api.GET("/suppressions/{address}", { params: { path: { address: ofUser(userId) } }, signal })).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }),
  });

export const SUPPRESSIONS = ["suppressions"] as const;

/** All addresses and users that get nothing more, by address. */
export const suppressionsQuery = keysetQuery(SUPPRESSIONS, (cursor, signal) =>
  answer(api.GET("/suppressions", { params: { query: { limit: 50, ...(cursor === undefined ? {} : { cursor }) } }, signal })),
);

/** Sends a user nothing more. */
export async function suppress(userId: string, detail: string): Promise<void> {
  await answer(api.POST("/suppressions", { body: { address: ofUser(userId), kind: "manual", detail } }));
}

/** Takes an address, or a user, off the list. */
export async function openAgain(address: string): Promise<void> {
  await answer(api.DELETE("/suppressions/{address}", { params: { path: { address } } }));
}
