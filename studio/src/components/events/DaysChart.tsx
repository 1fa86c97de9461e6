import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { useState } from "react";
import { type DayCount, lastDays, sum } from "#/services/days";
import { many } from "./volume";

const DAYS = 30;
const DAY = 24 * 3600 * 1000;

/** Calls by day. Loaded only where there is something to draw. */
export default function DaysChart({ days }: { days: readonly DayCount[] }) {
  const [now] = useState(Date.now);
  const counts = lastDays(days, DAYS, now);
  const data = counts.map((calls, place) => ({ at: dayOf(now - (DAYS - 1 - place) * DAY), calls }));
  return (
    <figure style={{ margin: 0 }} aria-label={`${many(sum(counts), "call")} in the last ${DAYS} days`}>
      <BarChart
        h={180}
        data={data}
        dataKey="at"
        series={[{ name: "calls", label: "Calls", color: "teal" }]}
        xAxisProps={{ minTickGap: 30 }}
        yAxisProps={{ allowDecimals: false, width: 44 }}
        tickLine="none"
        gridAxis="x"
      />
    </figure>
  );
}

function dayOf(at: number): string {
  return new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}
