import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { Insights } from "#/services/insights";
import { ChartCard } from "./ChartCard";
import { merged } from "./series";

const WAYS = [
  { value: "status", label: "By status" },
  { value: "channel", label: "By channel" },
];

/** Messages over time: what they came to; or, of those that went out, on which channel. */
export function Messages({ insights }: { insights: Insights | undefined }) {
  const [way, setWay] = useState("status");
  const byStatus = insights?.messages.map(({ status, ...line }) => ({ word: status, ...line })) ?? [];
  const out = insights?.channels.filter(({ status }) => status === "SENT" || status === "SIMULATED") ?? [];
  const byChannel = merged(out.map(({ channel, total, counts }) => ({ word: channel, total, counts })));
  return (
    <ChartCard
      title="Messages"
      aside={<SegmentedControl size="xs" aria-label="Messages" data={WAYS} value={way} onChange={setWay} />}
      insights={insights}
      lines={way === "status" ? byStatus : byChannel}
      stacked={way === "channel"}
      nothing={way === "status" ? "No message in this time." : "No message went out in this time."}
    />
  );
}
