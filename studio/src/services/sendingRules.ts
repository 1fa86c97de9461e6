import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";

export type SendingRules = Schemas["SendingRules"];
export type Limit = Schemas["Limit"];

export const RULES = ["sending-rules"] as const;

/** When this environment sends at all, how much to whom, and what is told of it. */
export const rulesQuery = queryOptions({
  queryKey: RULES,
  queryFn: ({ signal }) => answer(api.GET("/sending-rules", { signal })),
});

export const putRules = (body: SendingRules) => answer(api.PUT("/sending-rules", { body }));
