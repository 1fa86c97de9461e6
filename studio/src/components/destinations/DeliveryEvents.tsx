import { Table } from "@mantine/core";
import { Card } from "#/components/ui/Card";
import type { Delivery } from "#/services/destinations";

const COLUMNS = ["received", "filtered", "delivered", "retried", "failed", "skipped"] as const;

/** The same numbers, event by event; those with most calls first. */
export function DeliveryEvents({ events }: { events: Delivery["events"] }) {
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
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {events.map((event) => (
              <Table.Tr key={event.name}>
                <Table.Td>{event.name}</Table.Td>
                {COLUMNS.map((key) => (
                  <Table.Td key={key} ta="right">
                    {event[key].toLocaleString("en")}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
