import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import type { Delivery } from "#/services/destinations";
import { bars, SERIES } from "./deliveryHours";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit" });

/** What came of calls, hour by hour. Loaded only where there is something to draw. */
export default function DeliveryChart({ data, hours }: { data: Delivery; hours: number }) {
  const said = SERIES.map(({ name }) => `${data.totals[name]} ${name}`).join(", ");
  const time = (at: unknown) => (typeof at === "number" ? (hours > 48 ? day : clock).format(at) : "");
  return (
    <figure style={{ margin: 0 }} aria-label={`Calls by hour: ${said}`}>
      <BarChart
        h={260}
        data={bars(data, hours)}
        dataKey="at"
        series={[...SERIES]}
        type="stacked"
        withLegend
        tickLine="none"
        gridAxis="x"
        xAxisProps={{ tickFormatter: time, minTickGap: 40 }}
        yAxisProps={{ allowDecimals: false, width: 44 }}
        tooltipProps={{ labelFormatter: time }}
      />
    </figure>
  );
}
