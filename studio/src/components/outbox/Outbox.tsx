import { Badge, Drawer, Text } from "@mantine/core";
import { IconMailbox } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { type Column, DataTable } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { Page } from "#/components/ui/Page";
import { type Kept, outboxQuery } from "#/services/outbox";
import { KeptMessage } from "./KeptMessage";

interface Props {
  message: string | undefined;
  channel: string | undefined;
  look: (at: { message?: string; channel?: string }) => void;
}

const COLUMNS: readonly Column<Kept>[] = [
  { key: "subject", title: "Subject", width: "3fr", cell: ({ subject }) => subject || "(no subject)" },
  {
    key: "channel",
    title: "Channel",
    width: "8rem",
    narrow: false,
    cell: ({ channel }) => (
      <Badge variant="light" color="gray" radius="sm" tt="none">
        {channel}
      </Badge>
    ),
  },
  { key: "recipient", title: "To", width: "2fr", cell: ({ recipient }) => recipient || "nobody" },
  { key: "at", title: "Kept", width: "7rem", align: "right", cell: ({ at }) => <Ago at={at} /> },
];

/** What was kept here instead of being sent. */
export function Outbox({ message, channel, look }: Props) {
  const query = useInfiniteQuery(outboxQuery);
  return (
    <Page title="Outbox" description="Messages rest here while a channel has no provider, and always in an environment that only simulates. Each is shown as it would have gone out.">
      <DataTable
        label="Kept messages"
        columns={COLUMNS}
        query={query}
        rowKey={(row) => `${row.message_id} ${row.channel}`}
        link={(row) => ({ to: "/outbox", search: { message: row.message_id, channel: row.channel } })}
        empty={
          <Empty icon={IconMailbox} title="The outbox is empty" command={"tidings send --to ann@example.com --title 'Hello' --body 'Good to see you.'"}>
            Whatever is sent on a channel without a provider is kept here, with everything that the provider would have been given.
          </Empty>
        }
      />
      <Drawer
        opened={message !== undefined}
        onClose={() => look({})}
        position="right"
        size="xl"
        title={
          <Text fw={650} component="span">
            Kept message
          </Text>
        }
      >
        {message !== undefined && <KeptMessage id={message} channel={channel} choose={(next) => look({ message, channel: next })} />}
      </Drawer>
    </Page>
  );
}
