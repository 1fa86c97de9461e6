import { Badge, Group, Text } from "@mantine/core";
import { IconTemplate } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Ago } from "#/components/ui/Ago";
import { type Column, DataTable } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { eventsOf, type TemplateSummary, templatesQuery } from "#/services/templates";

interface Props {
  tag: string | undefined;
  create: ReactNode;
}

const COLUMNS: readonly Column<TemplateSummary>[] = [
  { key: "name", title: "Name", width: "2fr", cell: ({ name }) => name },
  {
    key: "state",
    title: "State",
    width: "6.5rem",
    cell: ({ state }) => (
      <Badge variant="light" color={state === "PUBLISHED" ? "teal" : "gray"} tt="none">
        {state === "PUBLISHED" ? "published" : "draft"}
      </Badge>
    ),
  },
  { key: "events", title: "Sent by", width: "1.6fr", narrow: false, cell: (template) => <Events template={template} /> },
  {
    key: "tags",
    title: "Tags",
    width: "1.2fr",
    narrow: false,
    cell: ({ tags }) => (
      <Group gap={4}>
        {tags.slice(0, 4).map((tag) => (
          <Badge key={tag} size="sm" variant="default" tt="none">
            {tag}
          </Badge>
        ))}
      </Group>
    ),
  },
  { key: "updated", title: "Changed", width: "7rem", align: "right", narrow: false, cell: ({ updated }) => <Ago at={updated} /> },
];

function Events({ template }: { template: TemplateSummary }) {
  const events = eventsOf(template).map((event) => event.replace(/^Segment-TrackEvent:/, ""));
  if (!events.length) {
    return (
      <Text size="sm" c="dimmed">
        no event
      </Text>
    );
  }
  return (
    <Text size="sm" truncate>
      {events.join(", ")}
    </Text>
  );
}

/** Every template that is in use, newest first. */
export function TemplateTable({ tag, create }: Props) {
  const query = useInfiniteQuery(templatesQuery({ tag }));
  return (
    <DataTable
      label="Templates"
      columns={COLUMNS}
      query={query}
      rowKey={({ id }) => id}
      link={({ id }) => ({ to: "/templates/$id", params: { id } })}
      empty={
        <Empty icon={IconTemplate} title={tag ? `No template has the tag “${tag}”` : "No template yet"} action={create}>
          A template is written once and speaks on every channel: email, SMS, push, chats and the inbox. Map an event to it, and each such call sends it.
        </Empty>
      }
    />
  );
}
