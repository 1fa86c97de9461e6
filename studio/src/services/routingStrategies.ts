import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { keysetQuery } from "./keyset";

export type Strategy = Schemas["StrategyAnswer"];
export type StrategySummary = Schemas["StrategySummary"];
export type StrategyBody = Schemas["StrategyBody"];

export const STRATEGIES = ["routing-strategies"] as const;

const at = (strategy_id: string) => ({ params: { path: { strategy_id } } });

/** Routing strategies, newest first. */
export const strategyListQuery = keysetQuery([...STRATEGIES, "list"], (cursor, signal) =>
  answer(api.GET("/routing-strategies", { params: { query: { cursor: cursor ?? null } }, signal })),
);

/** Those to choose from: the newest hundred. */
export const strategyChoiceQuery = queryOptions({
  queryKey: [...STRATEGIES, "choice"],
  queryFn: ({ signal }) => answer(api.GET("/routing-strategies", { params: { query: { limit: 100 } }, signal })),
});

export const strategyQuery = (id: string) =>
  queryOptions({
    queryKey: [...STRATEGIES, id],
    queryFn: ({ signal }) => answer(api.GET("/routing-strategies/{strategy_id}", { ...at(id), signal })),
  });

/** The templates in use that name it. */
export const strategyTemplatesQuery = (id: string) =>
  keysetQuery([...STRATEGIES, id, "templates"], (cursor, signal) =>
    answer(api.GET("/routing-strategies/{strategy_id}/notifications", { params: { path: { strategy_id: id }, query: { cursor: cursor ?? null } }, signal })),
  );

/** Makes a strategy, or replaces the one of this id. */
export const putStrategy = ({ id, body }: { id: string | undefined; body: StrategyBody }) =>
  id === undefined ? answer(api.POST("/routing-strategies", { body })) : answer(api.PUT("/routing-strategies/{strategy_id}", { ...at(id), body }));

export const archiveStrategy = (id: string) => answer(api.DELETE("/routing-strategies/{strategy_id}", at(id)));
