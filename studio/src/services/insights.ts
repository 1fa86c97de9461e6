import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";

export const PERIODS = ["hour", "day", "week", "month"] as const;
export type Period = (typeof PERIODS)[number];
export type Insights = Schemas["InsightsAnswer"];

const HOUR_MS = 3_600_000;

/** Each period ends now; a bucket is as long as keeps the chart readable. */
const ASKED: Record<Period, { bucket: Insights["bucket"]; length: number }> = {
  hour: { bucket: "minute", length: HOUR_MS },
  day: { bucket: "hour", length: 24 * HOUR_MS },
  week: { bucket: "hour", length: 7 * 24 * HOUR_MS },
  month: { bucket: "day", length: 30 * 24 * HOUR_MS },
};

/** What happened in the period that ends now, and what waits. */
export const insightsQuery = (period: Period) =>
  queryOptions({
    queryKey: ["insights", period],
    queryFn: ({ signal }) => {
      const { bucket, length } = ASKED[period];
      return answer(api.GET("/insights", { params: { query: { bucket, from: String(Date.now() - length) } }, signal }));
    },
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });
