import { Group, Stack, Text } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Empty } from "#/components/ui/Empty";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { latestEventsQuery } from "#/services/inboundEvents";

/** What came in last. */
export function LatestCalls() {
  const { data, error, refetch } = useQuery(latestEventsQuery(10));
  if (error) return <Failure error={error} title="Calls could not be read" retry={() => void refetch()} />;
  return (
    <Card title="Latest calls">
      {!data ? (
        <Loading />
      ) : data.results.length === 0 ? (
        <Empty icon={IconPlugConnected} title="Nothing has come in yet">
          Point any Segment library at this server, with the write key that was printed when tidings started.
        </Empty>
      ) : (
        <Stack gap="xs">
          {data.results.map((event) => (
            <Group key={event.id} justify="space-between" wrap="nowrap" gap="sm">
              <Text size="sm" truncate>
                {event.name ? `${event.type} · ${event.name}` : event.type}
                <Text span size="sm" c="dimmed">
                  {` ${event.user_id ?? event.anonymous_id ?? "nobody"}`}
                </Text>
              </Text>
              <Group gap="xs" wrap="nowrap">
                <Text size="xs" c="dimmed">
                  <Ago at={event.received_at} />
                </Text>
                <StatusBadge status={event.status} />
              </Group>
            </Group>
          ))}
        </Stack>
      )}
    </Card>
  );
}
