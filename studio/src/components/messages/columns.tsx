import { Text } from "@mantine/core";
import { Ago } from "#/components/ui/Ago";
import type { Column } from "#/components/ui/DataTable";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { UserLink } from "#/components/ui/UserLink";
import type { Message } from "#/services/messages";
import { REASONS, titleOf } from "./words";

/** The data log's columns. On narrow screens the first has a second line, which says whose it is. */
export const COLUMNS: readonly Column<Message>[] = [
  { key: "message", title: "Message", width: "2.2fr", cell: (message) => <About message={message} /> },
  { key: "status", title: "Status", width: "8.5rem", cell: ({ status }) => <StatusBadge status={status} /> },
  { key: "user", title: "User", width: "1.3fr", narrow: false, cell: ({ recipient }) => <UserLink id={recipient} /> },
  {
    key: "way",
    title: "Way",
    width: "1fr",
    narrow: false,
    cell: ({ channel, provider }) => (
      <Text span size="sm" c="dimmed">
        {[channel, provider].filter(Boolean).join(" · ")}
      </Text>
    ),
  },
  {
    key: "when",
    title: "When",
    width: "6.5rem",
    narrow: false,
    align: "right",
    cell: ({ enqueued }) => (
      <Text span size="sm" c="dimmed">
        <Ago at={enqueued} />
      </Text>
    ),
  },
];

function About({ message }: { message: Message }) {
  const why = message.error ?? whyOf(message.reason);
  return (
    <>
      {titleOf(message)}
      <Text span display="block" size="xs" c="dimmed" hiddenFrom="sm" truncate>
        {message.recipient} · <Ago at={message.enqueued} />
      </Text>
      {why && (
        <Text span display="block" size="xs" c="dimmed" truncate>
          {why}
        </Text>
      )}
    </>
  );
}

function whyOf(reason: string | undefined): string {
  const words: Record<string, string> = REASONS;
  return reason ? (words[reason] ?? reason) : "";
}
