import { Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { waitingQuery } from "#/services/destinations";

/** What is to be tried again, the next first. */
export function Waiting({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(waitingQuery(id));
  return (
    <Card title="Waiting" aside="the next twenty">
      {error ? (
        <Failure error={error} title="What waits could not be read" retry={() => void refetch()} />
      ) : !data ? (
        <Loading lines={3} />
      ) : data.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing waits any more.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={480}>
          <Table aria-label="Calls that wait">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Tried again</Table.Th>
                <Table.Th>Event</Table.Th>
                <Table.Th>Last try</Table.Th>
                <Table.Th ta="right">Tries</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map(({ event, message_id, due_at, tries, error: said }) => (
                <Table.Tr key={message_id}>
                  <Table.Td>
                    <Ago at={due_at} />
                  </Table.Td>
                  <Table.Td>{event}</Table.Td>
                  <Table.Td>{said}</Table.Td>
                  <Table.Td ta="right">{tries}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}
