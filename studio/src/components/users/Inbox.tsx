import { Group, Stack, Text } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { titleOf } from "#/components/messages/words";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Empty } from "#/components/ui/Empty";
import { Failure } from "#/components/ui/Failure";
import { TextLink } from "#/components/ui/links";
import { Loading } from "#/components/ui/Loading";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { inboxQuery, type Message, outputsQuery } from "#/services/messages";
import classes from "./users.module.css";

/** What stands in a user's in-app inbox. */
export function Inbox({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(inboxQuery(id));
  if (error) return <Failure error={error} title="The inbox could not be read" retry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.length === 0) {
    return (
      <Empty icon={IconInbox} title="The inbox is empty">
        Messages come here whose template, or request, routes them to the channel “inbox”.
      </Empty>
    );
  }
  return (
    <Card title="Inbox" aside={data.length}>
      {data.map((message) => (
        <One key={message.id} message={message} />
      ))}
    </Card>
  );
}

function One({ message }: { message: Message }) {
  const { data } = useQuery(outputsQuery(message.id, message.status));
  const content = data?.results.find(({ channel }) => channel === "inbox")?.content;
  const title = content?.title ?? "";
  return (
    <div className={classes.row}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
        <Stack gap={2} className={classes.name ?? ""}>
          <TextLink to="/logs/$id" params={{ id: message.id }} size="sm" fw={550}>
            {title === "" ? titleOf(message) : title}
          </TextLink>
          {content && (
            <Text size="sm" lineClamp={3}>
              {content.body === "" ? content.text : content.body}
            </Text>
          )}
          <Text size="xs" c="dimmed" component="div">
            <Ago at={message.enqueued} />
          </Text>
        </Stack>
        <StatusBadge status={message.status} />
      </Group>
    </div>
  );
}
