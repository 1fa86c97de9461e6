import { Anchor, Table } from "@mantine/core";
import { Card } from "#/components/ui/Card";
import type { Delivery } from "#/services/destinations";

const COLUMNS = ["received", "filtered", "delivered", "retried", "failed", "skipped"] as const;

interface Props {
  events: Delivery["events"];
  /** Show this event alone. */
  pick: (event: string) => void;
}

/** How long deliveries took: the bar of the histogram in which the share ends. */
export function within(value: number | null | undefined) {
  return value === null || value === undefined ? undefined : `≤ ${value.toLocaleString("en")} ms`;
}

/** The same numbers, event by event; those with most calls first. */
export function DeliveryEvents({ events, pick }: Props) {
  return (
    <Card title="By event" aside={events.length >= 100 ? "the hundred with most calls" : undefined}>
      <Table.ScrollContainer minWidth={600}>
        <Table aria-label="Calls by event">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Event</Table.Th>
              {COLUMNS.map((key) => (
                <Table.Th key={key} ta="right" tt="capitalize">
                  {key}
                </Table.Th>
              ))}
              <Table.Th ta="right">19 of 20</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {events.map((event) => (
              <Table.Tr key={event.name}>
                <Table.Td>
                  <Anchor component="button" type="button" size="sm" ta="left" onClick={() => pick(event.name)}>
                    {event.name}
                  </Anchor>
                </Table.Td>
                {COLUMNS.map((key) => (
                  <Table.Td key={key} ta="right">
                    {event[key].toLocaleString("en")}
                  </Table.Td>
                ))}
                <Table.Td ta="right">{within(event.latency_ms.p95)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
