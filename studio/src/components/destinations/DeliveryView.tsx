import { Button, Grid, Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconTruckDelivery } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Empty } from "#/components/ui/Empty";
import { Facts } from "#/components/ui/Facts";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { Note } from "#/components/ui/Note";
import { type Delivery, deliveryQuery, type Destination } from "#/services/destinations";
import { Causes } from "./Causes";
import { DeliveryEvents, within } from "./DeliveryEvents";
import { Failures } from "./Failures";
import type { DestinationSearch } from "./search";
import { Waiting } from "./Waiting";

const DeliveryChart = lazy(() => import("./DeliveryChart"));

const PERIODS = [
  { value: "24", label: "24 hours" },
  { value: "168", label: "7 days" },
  { value: "336", label: "14 days" },
];

const NUMBERS = [
  ["received", "Received"],
  ["filtered", "Filtered"],
  ["delivered", "Delivered"],
  ["retried", "Tries repeated"],
  ["failed", "Failed"],
  ["skipped", "Skipped"],
] as const;

interface Props {
  destination: Destination;
  hours: number;
  event: string | undefined;
  show: (change: Partial<DestinationSearch>) => void;
}

/** What came of the calls that a destination was to get: of all, or of one event. */
export function DeliveryView({ destination, hours, event, show }: Props) {
  const { data, error, refetch } = useQuery(deliveryQuery(destination.id, hours, event));
  if (error) return <Failure error={error} title="The delivery view could not be read" retry={() => void refetch()} />;
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <SegmentedControl data={PERIODS} value={String(hours)} onChange={(next) => show({ hours: Number(next) })} aria-label="How far to look back" />
        {event && (
          <Button variant="default" size="xs" onClick={() => show({ event: undefined })}>
            Only {event}: show all events
          </Button>
        )}
      </Group>
      {destination.standing?.circuit === "parked" && (
        <Note tone="bad" title="It is left alone for a while">
          It failed too often in a row, or asked for time ({destination.standing.reason}). Calls wait, and are tried again{" "}
          {destination.standing.parked_until ? <Ago at={destination.standing.parked_until} /> : "soon"}. The tab Test tells whether it answers now.
        </Note>
      )}
      {!data ? <Loading /> : data.totals.received + data.waiting + data.failures.length === 0 ? <Nothing of={destination} /> : <Known destination={destination} data={data} hours={hours} pick={(name) => show({ event: name })} />}
    </Stack>
  );
}

function Nothing({ of: { name } }: { of: Destination }) {
  return (
    <Empty icon={IconTruckDelivery} title="Nothing was delivered in this time">
      {name} gets what arrives from now on. Send a call through one of its sources, or one through the tab Test, which leaves no trace here.
    </Empty>
  );
}

function Known({ destination, data, hours, pick }: { destination: Destination; data: Delivery; hours: number; pick: (event: string) => void }) {
  const { totals, latency_ms: latency } = data;
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 3, xl: 6 }}>
        {NUMBERS.map(([key, label]) => (
          <Card key={key}>
            <Text size="sm" c="dimmed">
              {label}
            </Text>
            <Text fz="1.6rem" fw={650} lh={1.2} c={key === "failed" && totals.failed > 0 ? "var(--mantine-color-error)" : "inherit"}>
              {totals[key].toLocaleString("en")}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
      <Card title="By hour">
        <Suspense fallback={<Skeleton height={260} />}>
          <DeliveryChart data={data} hours={hours} />
        </Suspense>
      </Card>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Card title="How long it takes">
            {latency.p50 === null || latency.p50 === undefined ? (
              <Text size="sm" c="dimmed">
                Nothing was delivered yet.
              </Text>
            ) : (
              <Facts of={{ Half: within(latency.p50), "19 of 20": within(latency.p95), "99 of 100": within(latency.p99) }} />
            )}
            <Text size="xs" c="dimmed" mt="sm">
              From arrival here to acceptance there.
            </Text>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Causes delivery={data} />
        </Grid.Col>
      </Grid>
      <DeliveryEvents events={data.events} pick={pick} />
      {data.waiting > 0 && <Waiting id={destination.id} />}
      {data.failures.length > 0 && <Failures id={destination.id} failures={data.failures} />}
    </>
  );
}
