import { Button, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconRepeat } from "@tabler/icons-react";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { useChange } from "#/services/changing";
import { type Delivery, DESTINATIONS, redeliver } from "#/services/destinations";

/** The newest calls that it will not get, unless they are delivered again. */
export function Failures({ id, failures }: { id: string; failures: Delivery["failures"] }) {
  const again = useChange(queue, DESTINATIONS);
  return (
    <Card
      title="Newest failures"
      aside={
        <Button size="compact-sm" variant="default" leftSection={<IconRepeat size={14} aria-hidden />} loading={again.isPending} onClick={() => again.mutate(id)}>
          Deliver them again
        </Button>
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        They were refused for good, or were tried for four hours. Mend what is wrong first; the newest hundred are kept. What arrives twice has the same id.
      </Text>
      {again.error && <Failure error={again.error} title="They could not be queued" />}
      <Table.ScrollContainer minWidth={560}>
        <Table aria-label="Newest failures">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>When</Table.Th>
              <Table.Th>Event</Table.Th>
              <Table.Th>Why</Table.Th>
              <Table.Th ta="right">Tries</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {failures.map(({ at, event, message_id, reason, detail, tries }) => (
              <Table.Tr key={`${message_id} ${at}`}>
                <Table.Td style={{ whiteSpace: "nowrap" }}>
                  <Ago at={at} />
                </Table.Td>
                <Table.Td>
                  {event}
                  <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                    {message_id}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <code>{reason}</code>
                  <Text size="sm">{detail}</Text>
                </Table.Td>
                <Table.Td ta="right">{tries}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

/** Says so at once: when the list has been read again, it may be gone. */
async function queue(id: string): Promise<void> {
  const { queued } = await redeliver(id);
  notifications.show({ title: "Queued", message: `${queued} ${queued === 1 ? "call is" : "calls are"} delivered again now.` });
}
