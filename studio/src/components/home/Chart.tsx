import "@mantine/charts/styles.css";
import { BarChart, LineChart } from "@mantine/charts";
import type { Insights } from "#/services/insights";
import { drawnIn } from "#/components/ui/status";
import { type Line, moments, timeOf } from "./series";

interface Props {
  /** What is drawn, for those who cannot see it. */
  label: string;
  insights: Pick<Insights, "starts" | "bucket">;
  lines: readonly Line[];
  /** Whether the lines are parts of a whole; else each stands for itself. */
  stacked: boolean;
}

/** Counts over time. Loaded only where there is something to draw. */
export default function Chart({ label, insights: { starts, bucket }, lines, stacked }: Props) {
  const chart = {
    h: 220,
    data: moments(starts, lines),
    dataKey: "at",
    series: lines.map(({ word }, turn) => ({ name: word, color: drawnIn(word, turn) })),
    xAxisProps: { tickFormatter: (at: number) => timeOf(at, bucket), minTickGap: 40 },
    yAxisProps: { allowDecimals: false, width: 44 },
    tooltipProps: { labelFormatter: (at: unknown) => (typeof at === "number" ? timeOf(at, bucket) : "") },
    tickLine: "none" as const,
    gridAxis: "x" as const,
    withLegend: true,
    legendProps: { verticalAlign: "bottom" as const },
  };
  const words = lines.map(({ word, total }) => `${word} ${total}`).join(", ");
  return (
    <figure style={{ margin: 0 }} aria-label={`${label}: ${words}`}>
      {stacked ? <BarChart {...chart} type="stacked" /> : <LineChart {...chart} curveType="monotone" withDots={starts.length < 32} />}
    </figure>
  );
}
