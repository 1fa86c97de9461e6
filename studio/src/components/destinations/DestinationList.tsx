import { Button, Text } from "@mantine/core";
import { IconPlus, IconRoute } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type Column, DataTable } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { Page } from "#/components/ui/Page";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { type Destination, destinationListQuery } from "#/services/destinations";
import { AddDestination } from "./AddDestination";
import { Stands } from "./Stands";

const COLUMNS: readonly Column<Destination>[] = [
  { key: "name", title: "Name", width: "2fr", cell: ({ name }) => name },
  { key: "kind", title: "Kind", width: "1fr", narrow: false, cell: ({ integration }) => integration },
  { key: "switch", title: "Switch", width: "6rem", cell: ({ enabled }) => <StatusBadge status={enabled ? "enabled" : "disabled"} /> },
  { key: "sources", title: "Sources", width: "7rem", narrow: false, cell: ({ sources }) => (sources === null ? "all" : sources.length) },
  { key: "filters", title: "Filters", width: "5rem", narrow: false, align: "right", cell: ({ filters }) => filters.length },
  {
    key: "stands",
    title: "Stands",
    width: "9rem",
    cell: ({ standing }) =>
      standing ? (
        <Stands standing={standing} />
      ) : (
        <Text size="sm" c="dimmed">
          built in
        </Text>
      ),
  },
];

interface Props {
  /** The kind that is being added, or `catalog` while it is chosen. */
  adding: string | undefined;
  add: (kind: string | undefined) => void;
}

/** What calls are handed to. */
export function DestinationList({ adding, add }: Props) {
  const query = useInfiniteQuery({ ...destinationListQuery, refetchInterval: 15_000 });
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => add("catalog")}>
      Add destination
    </Button>
  );
  return (
    <Page title="Destinations" description="Where calls go: this installation’s own engine, and whatever else is to have them." actions={button}>
      <DataTable
        label="Destinations"
        columns={COLUMNS}
        query={query}
        rowKey={({ id }) => id}
        link={({ id }) => ({ to: "/destinations/$id", params: { id } })}
        empty={
          <Empty icon={IconRoute} title="No destinations" action={button}>
            Calls are handed to destinations: a webhook of yours, another Tracking API, Courier’s own service.
          </Empty>
        }
      />
      <AddDestination kind={adding} choose={add} />
    </Page>
  );
}
