import { Table, Text } from "@mantine/core";
import { Card } from "#/components/ui/Card";
import type { Delivery } from "#/services/destinations";

/** Why calls were kept back, tried again, or given up. */
export function Causes({ delivery: { filtered, retried, failed } }: { delivery: Delivery }) {
  const rows = [
    ...failed.map((cause) => ({ ...cause, what: "failed" })),
    ...retried.map((cause) => ({ ...cause, what: "tried again" })),
    ...filtered.map((cause) => ({ ...cause, what: "filtered" })),
  ];
  return (
    <Card title="Why">
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing was kept back, and nothing failed.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={360}>
          <Table aria-label="Why calls were not delivered">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>What</Table.Th>
                <Table.Th>Reason</Table.Th>
                <Table.Th ta="right">Calls</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ what, reason, count, filter_id, filter_title }) => (
                <Table.Tr key={`${what} ${reason} ${filter_id}`}>
                  <Table.Td>{what}</Table.Td>
                  <Table.Td>
                    <code>{reason}</code>
                    {filter_id && ` ${filter_title ? `“${filter_title}”` : "a filter that is gone"}`}
                  </Table.Td>
                  <Table.Td ta="right">{count.toLocaleString("en")}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}
