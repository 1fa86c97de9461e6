import { Group, Input, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconBolt, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Ago } from "#/components/ui/Ago";
import { type Column, DataTable } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { TextLink } from "#/components/ui/links";
import { Page } from "#/components/ui/Page";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { lastDays, sum } from "#/services/days";
import { type EventName, eventNamesQuery } from "#/services/eventNames";
import { refetchInterval } from "#/services/fresh";
import { templateChoicesQuery } from "#/services/mappings";
import { EventTabs } from "./EventTabs";
import { KINDS, type Kind, type NamesSearch } from "./search";
import { Sparkline } from "./Sparkline";
import { many } from "./volume";
import classes from "./events.module.css";

const DAYS = 14;

interface Props {
  search: NamesSearch;
  show: (wanted: NamesSearch) => void;
}

/** Every event name that was ever sent, and what it sends. */
export function EventNames({ search, show }: Props) {
  const { data: templates = [] } = useQuery(templateChoicesQuery);
  const names = new Map(templates.map(({ id, name }) => [id, name]));
  const isFiltered = search.begins !== undefined || search.show !== undefined || search.type !== undefined;

  return (
    <Page title="Events" description="What your applications tell, and which notification each event sends." actions={<EventTabs at="names" />}>
      <Filters search={search} show={show} />
      <DataTable
        label="Event names"
        columns={columns(names, search.type ?? "track")}
        query={useInfiniteQuery({ ...eventNamesQuery(search), refetchInterval })}
        rowKey={(row) => row.name}
        link={({ type, name }) => ({ to: "/events/details", search: { type, name } })}
        empty={
          isFiltered ? (
            <Empty icon={IconSearch} title="No event is like that">
              Change what is asked for above. A name that came in only now is listed some seconds later.
            </Empty>
          ) : (
            <Empty
              icon={IconBolt}
              title="No event has come in yet"
              command={`analytics.track("Order Completed", { total: 49.9 })`}
            >
              Each name that a source tracks is listed here, with what its calls look like. Then it can be mapped to a notification.
            </Empty>
          )
        }
      />
    </Page>
  );
}

function columns(templates: ReadonlyMap<string, string>, type: Kind): Column<EventName>[] {
  const sends: Column<EventName> = {
    key: "sends",
    title: "Sends",
    width: "2fr",
    cell: ({ template_id: id }) =>
      id === null ? (
        <StatusBadge status="UNMAPPED" />
      ) : (
        <TextLink to="/templates/$id" params={{ id }} size="sm">
          {templates.get(id) ?? id}
        </TextLink>
      ),
  };
  return [
    { key: "name", title: "Event", width: "3fr", cell: ({ name }) => name || `(${type} has no names)` },
    {
      key: "volume",
      title: `Last ${DAYS} days`,
      width: "8rem",
      narrow: false,
      cell: ({ days }) => {
        const counts = lastDays(days, DAYS);
        return <Sparkline counts={counts} label={`${many(sum(counts), "call")} in ${DAYS} days`} />;
      },
    },
    {
      key: "calls",
      title: "7 days",
      width: "5rem",
      align: "right",
      narrow: false,
      cell: ({ days }) => sum(lastDays(days, 7)).toLocaleString("en"),
    },
    { key: "seen", title: "Last seen", width: "7.5rem", narrow: false, cell: ({ last_seen: at }) => <Ago at={at} /> },
    ...(type === "track" ? [sends] : []),
  ];
}

function Filters({ search, show }: Props) {
  const [begins, setBegins] = useState(search.begins ?? "");
  const ask = useDebouncedCallback((text: string) => show({ ...search, begins: text || undefined }), 250);
  return (
    <Group align="flex-end" className={classes.filters ?? ""}>
      <TextInput
        label="Name begins with"
        placeholder="Order"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={begins}
        data-search
        onChange={({ currentTarget: { value } }) => {
          setBegins(value);
          ask(value);
        }}
      />
      <Select
        label="Type"
        data={[...KINDS]}
        value={search.type ?? "track"}
        allowDeselect={false}
        onChange={(type) => show({ ...search, type: KINDS.find((kind) => kind === type && kind !== "track"), show: undefined })}
      />
      {(search.type ?? "track") === "track" && (
        <Input.Wrapper label="Mapping" labelElement="div" labelProps={{ id: "mapped" }}>
          <SegmentedControl
            fullWidth
            aria-labelledby="mapped"
            data={[
              { value: "", label: "All" },
              { value: "unmapped", label: "Unmapped" },
              { value: "mapped", label: "Mapped" },
            ]}
            value={search.show ?? ""}
            onChange={(value) => show({ ...search, show: value === "mapped" || value === "unmapped" ? value : undefined })}
          />
        </Input.Wrapper>
      )}
    </Group>
  );
}
