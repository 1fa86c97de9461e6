import { Button, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconPlugConnected, IconRefresh, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Ago } from "#/components/ui/Ago";
import { type Column, DataTable } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { Page } from "#/components/ui/Page";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { UserLink } from "#/components/ui/UserLink";
import { type Call, eventLogQuery } from "#/services/eventLog";
import { refetchInterval } from "#/services/fresh";
import { type Source, sourcesQuery } from "#/services/sources";
import { EventTabs } from "./EventTabs";
import { KINDS, type LogSearch, SPANS, STATUSES } from "./search";
import classes from "./events.module.css";

interface Props {
  search: LogSearch;
  show: (wanted: LogSearch) => void;
}

function columns(sources: readonly Source[]): Column<Call>[] {
  const names = new Map(sources.map(({ id, name }) => [id, name]));
  return [
    { key: "name", title: "Call", width: "3fr", cell: ({ type, name }) => (name ? `${type} · ${name}` : type) },
    { key: "user", title: "User", width: "2fr", narrow: false, cell: ({ user_id: user, anonymous_id: anonymous }) => <UserLink id={user} anonymous={anonymous} /> },
    { key: "source", title: "Source", width: "2fr", narrow: false, cell: ({ source_id: source }) => names.get(source) ?? (source === 0 ? "Segment" : source) },
    { key: "at", title: "Received", width: "7.5rem", narrow: false, cell: ({ received_at: at }) => <Ago at={at} /> },
    { key: "status", title: "Status", width: "8rem", cell: ({ status }) => <StatusBadge status={status} /> },
  ];
}

/** Every call that came in, and what became of it. */
export function EventLog({ search, show }: Props) {
  const { data: sources = [] } = useQuery(sourcesQuery);
  const query = useInfiniteQuery({ ...eventLogQuery(search), refetchInterval });
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <Page
      title="Event log"
      description="Every call that came in, newest first, and what became of it."
      actions={
        <>
          <EventTabs at="log" />
          <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden />} loading={query.isRefetching} onClick={() => void query.refetch()}>
            Refresh
          </Button>
        </>
      }
    >
      <Filters search={search} show={show} />
      <DataTable
        label="Calls"
        columns={columns(sources)}
        query={query}
        rowKey={({ id }) => id}
        link={({ id }) => ({ to: "/events/log/$id", params: { id } })}
        empty={
          isFiltered ? (
            <Empty icon={IconSearch} title="No call is like that">
              Change what is asked for above, or look further back.
            </Empty>
          ) : (
            <Empty icon={IconPlugConnected} title="Nothing has come in yet" command={`analytics.identify("ann", { email: "ann@example.com" })`}>
              Point any Segment library at this server, with the write key of a source.
            </Empty>
          )
        }
      />
    </Page>
  );
}

function Filters({ search, show }: Props) {
  const { data: sources = [] } = useQuery(sourcesQuery);
  const [texts, setTexts] = useState({ name: search.name ?? "", user: search.user ?? "" });
  const ask = useDebouncedCallback((wanted: typeof texts) => show({ ...search, name: wanted.name || undefined, user: wanted.user || undefined }), 250);
  const write = (part: Partial<typeof texts>) => {
    const wanted = { ...texts, ...part };
    setTexts(wanted);
    ask(wanted);
  };
  return (
    <Group align="flex-end" className={classes.filters ?? ""}>
      <TextInput label="Event name" placeholder="Order Completed" data-search value={texts.name} onChange={({ currentTarget: { value } }) => write({ name: value })} />
      <TextInput label="User" placeholder="User id or anonymous id" value={texts.user} onChange={({ currentTarget: { value } }) => write({ user: value })} />
      <Select
        label="Status"
        placeholder="Any"
        clearable
        data={[...STATUSES]}
        value={search.status ?? null}
        onChange={(status) => show({ ...search, status: STATUSES.find((each) => each === status) })}
      />
      <Select
        label="Type"
        placeholder="Any"
        clearable
        data={[...KINDS]}
        value={search.type ?? null}
        onChange={(type) => show({ ...search, type: KINDS.find((each) => each === type) })}
      />
      <Select
        label="Source"
        placeholder="Any"
        clearable
        searchable
        data={[...sources.map(({ id, name }) => ({ value: String(id), label: name })), { value: "0", label: "Segment's own destination" }]}
        value={search.source === undefined ? null : String(search.source)}
        onChange={(source) => show({ ...search, source: source === null ? undefined : Number(source) })}
      />
      <Select
        label="Time"
        placeholder="Any"
        clearable
        data={Object.entries(SPANS).map(([value, [label]]) => ({ value, label }))}
        value={search.since ?? null}
        onChange={(since) => show({ ...search, since: since !== null && since in SPANS ? (since as keyof typeof SPANS) : undefined })} // `in` has looked
      />
    </Group>
  );
}
