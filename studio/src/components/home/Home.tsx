import { SegmentedControl, SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { Page } from "#/components/ui/Page";
import { latestEventsQuery } from "#/services/inboundEvents";
import { insightsQuery, type Period, PERIODS } from "#/services/insights";
import { latestMessagesQuery } from "#/services/messages";
import { Audiences } from "./Audiences";
import { ChartCard } from "./ChartCard";
import { Failures } from "./Failures";
import { Figures } from "./Figures";
import { FirstRun } from "./FirstRun";
import { Health } from "./Health";
import { Held } from "./Held";
import { LATEST, LatestCalls } from "./LatestCalls";
import { LatestMessages } from "./LatestMessages";
import { Messages } from "./Messages";
import { Providers } from "./Providers";

interface Props {
  period: Period;
  setPeriod: (period: Period) => void;
}

const LABELS: Record<Period, string> = { hour: "Hour", day: "Day", week: "Week", month: "Month" };

/** What comes in, what goes out, what waits; and at first, how to begin. */
export function Home({ period, setPeriod }: Props) {
  const events = useQuery(latestEventsQuery(LATEST));
  const messages = useQuery(latestMessagesQuery(LATEST));
  const { data: insights, error, refetch } = useQuery(insightsQuery(period));

  if (events.isPending || messages.isPending) return <Loading />; // which of the two it is, nobody knows yet
  if (events.data?.results.length === 0 && messages.data?.results.length === 0) {
    return (
      <Page title="Welcome" description="Nothing has come in yet. Three steps lead from here to a first notification.">
        <Held />
        <FirstRun />
      </Page>
    );
  }
  const calls = insights?.calls.map(({ status, ...line }) => ({ word: status, ...line })) ?? [];
  const data = PERIODS.map((value) => ({ value, label: LABELS[value] }));
  return (
    <Page
      title="Home"
      description="What comes in, what goes out, and what waits."
      actions={
        // The values are those of PERIODS; the kit's types know them as text.
        <SegmentedControl aria-label="Period" data={data} value={period} onChange={(value) => setPeriod(value)} />
      }
    >
      <Held />
      {error && !insights ? <Failure error={error} title="The charts could not be read" retry={() => void refetch()} /> : <Figures insights={insights} />}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <ChartCard title="Calls" insights={insights} lines={calls} stacked nothing="No call came in in this time." />
        <Messages insights={insights} />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Audiences insights={insights} />
        <Failures insights={insights} period={period} />
        <Providers insights={insights} />
        <Health />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <LatestCalls />
        <LatestMessages />
      </SimpleGrid>
    </Page>
  );
}
