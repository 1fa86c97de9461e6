import { Loader, Table, Text } from "@mantine/core";
import { Card } from "#/components/ui/Card";
import type { Insights } from "#/services/insights";

/** How providers answered. */
export function Providers({ insights }: { insights: Insights | undefined }) {
  return (
    <Card title="Providers">
      {!insights ? (
        <Loader size="sm" />
      ) : insights.providers.length === 0 ? (
        <Text size="sm" c="dimmed">
          No provider was asked in this time.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={300}>
          <Table horizontalSpacing="xs" verticalSpacing={6} fz="sm" style={{ whiteSpace: "nowrap" }}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Provider</Table.Th>
                <Table.Th ta="right">Asked</Table.Th>
                <Table.Th ta="right">Taken</Table.Th>
                <Table.Th ta="right">Average</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {insights.providers.map(({ provider, channel, attempts, sent, average_ms: average }) => (
                <Table.Tr key={`${provider} ${channel}`}>
                  <Table.Td>
                    {provider}{" "}
                    <Text span size="xs" c="dimmed">
                      {channel}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="right">{attempts.toLocaleString("en")}</Table.Td>
                  <Table.Td ta="right">{attempts ? `${((100 * sent) / attempts).toFixed(1)} %` : "–"}</Table.Td>
                  <Table.Td ta="right">{average === null ? "–" : `${Math.round(average)} ms`}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}
