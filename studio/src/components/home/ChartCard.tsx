import { Center, Skeleton, Text } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import { Card } from "#/components/ui/Card";
import type { Insights } from "#/services/insights";
import type { Line } from "./series";

const Chart = lazy(() => import("./Chart"));

interface Props {
  title: string;
  aside?: ReactNode;
  insights: Insights | undefined;
  lines: readonly Line[];
  stacked?: boolean;
  /** What is said when nothing happened. */
  nothing: string;
}

/** A chart, with its place kept while it loads, and words for when there is nothing to draw. */
export function ChartCard({ title, aside, insights, lines, stacked = false, nothing }: Props) {
  return (
    <Card title={title} aside={aside}>
      {!insights ? (
        <Skeleton height={220} />
      ) : lines.length === 0 ? (
        <Center h={220}>
          <Text c="dimmed" size="sm">
            {nothing}
          </Text>
        </Center>
      ) : (
        <Suspense fallback={<Skeleton height={220} />}>
          <Chart label={title} insights={insights} lines={lines} stacked={stacked} />
        </Suspense>
      )}
    </Card>
  );
}
