import { Group, Stack, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Empty } from "#/components/ui/Empty";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { latestMessagesQuery } from "#/services/messages";

/** What was sent last. */
export function LatestMessages() {
  const { data, error, refetch } = useQuery(latestMessagesQuery(10));
  if (error) return <Failure error={error} title="Messages could not be read" retry={() => void refetch()} />;
  return (
    <Card title="Latest messages">
      {!data ? (
        <Loading />
      ) : data.results.length === 0 ? (
        <Empty icon={IconSend} title="No messages yet">
          Map an event to a published template, and its next call becomes one.
        </Empty>
      ) : (
        <Stack gap="xs">
          {data.results.map((message) => (
            <Group key={message.id} justify="space-between" wrap="nowrap" gap="sm">
              <Text size="sm" truncate>
                {message.event || message.notification || "inline content"}
                <Text span size="sm" c="dimmed">
                  {` ${message.recipient}`}
                </Text>
              </Text>
              <Group gap="xs" wrap="nowrap">
                <Text size="xs" c="dimmed">
                  <Ago at={message.enqueued} />
                </Text>
                <StatusBadge status={message.status} />
              </Group>
            </Group>
          ))}
        </Stack>
      )}
    </Card>
  );
}
