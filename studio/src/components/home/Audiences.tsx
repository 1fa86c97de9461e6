import { Select } from "@mantine/core";
import { useState } from "react";
import type { Insights } from "#/services/insights";
import { ChartCard } from "./ChartCard";
import { merged } from "./series";

const ALL = "";

/** Who came into audiences over time, and who left: of all together, or of one. */
export function Audiences({ insights }: { insights: Insights | undefined }) {
  const [chosen, setChosen] = useState(ALL);
  const lines = insights?.audiences ?? [];
  const audiences = new Map(lines.map(({ audience, name }) => [audience, name || audience]));
  const wanted = audiences.has(chosen) ? chosen : ALL;
  const shown = lines.filter(({ audience }) => wanted === ALL || audience === wanted);
  return (
    <ChartCard
      title="Audiences"
      aside={
        audiences.size > 1 && (
          <Select
            aria-label="Audience"
            size="xs"
            w="11rem"
            allowDeselect={false}
            data={[{ value: ALL, label: "All audiences" }, ...[...audiences].map(([value, label]) => ({ value, label }))]}
            value={wanted}
            onChange={(value) => setChosen(value ?? ALL)}
          />
        )
      }
      insights={insights}
      lines={merged(shown.map(({ change, total, counts }) => ({ word: change, total, counts })))}
      nothing="Nobody came into an audience or left one in this time."
    />
  );
}
