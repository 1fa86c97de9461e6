import { Badge, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Schemas } from "#/api/client";
import { Settings } from "#/components/settings/Settings";
import { Ago } from "#/components/ui/Ago";
import { type Column, DataTable } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { auditEventsQuery } from "#/services/auditEvents";
import { actorOf, verbOf } from "./words";

type Event = Schemas["AuditEventAnswer"];

const COLUMNS: readonly Column<Event>[] = [
  {
    key: "what",
    title: "What",
    width: "2fr",
    cell: (event) => (
      <>
        <Text size="sm" fw={550} truncate title={`${event.method} ${event.route}`}>
          {verbOf(event.type)}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          <Text span inherit hiddenFrom="sm">
            {actorOf(event)}
          </Text>
          <Text span inherit visibleFrom="sm">
            {event.target || event.route}
          </Text>
        </Text>
      </>
    ),
  },
  { key: "who", title: "Who", width: "1.5fr", narrow: false, cell: (event) => <Text size="sm" truncate title={event.actor.id}>{actorOf(event)}</Text> },
  { key: "from", title: "From", width: "9rem", narrow: false, cell: (event) => event.address },
  { key: "answer", title: "Answer", width: "6.5rem", narrow: false, cell: (event) => <Outcome status={event.status} /> },
  { key: "when", title: "When", width: "7.5rem", cell: (event) => <Ago at={event.timestamp} /> },
];

/** What was changed, and by whom. */
export function AuditLog() {
  const query = useInfiniteQuery(auditEventsQuery);
  return (
    <Settings part="/settings/audit">
      <DataTable
        label="Audit log"
        columns={COLUMNS}
        query={query}
        rowKey={(event) => event.auditEventId}
        empty={
          <Empty icon={IconHistory} title="Nothing was changed yet">
            What people change in Studio, and what API keys change in templates, providers and settings, is listed here: who, what, when and
            from where. What was said is not kept, nor any name of a user.
          </Empty>
        }
      />
    </Settings>
  );
}

function Outcome({ status }: { status: number }) {
  if (status < 400) return <Badge variant="light">done</Badge>;
  return (
    <Badge variant="light" color="red" title={`answered ${status}`}>
      refused
    </Badge>
  );
}
