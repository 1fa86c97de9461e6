import { Button, Text } from "@mantine/core";
import { IconPlugConnected, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { type Column, DataTable } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { Note } from "#/components/ui/Note";
import { Page } from "#/components/ui/Page";
import { Spark } from "#/components/ui/Spark";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { lastDays, sum } from "#/services/days";
import { refusedQuery, type Source, sourceListQuery } from "#/services/sources";
import { NewSource } from "./NewSource";

const COLUMNS: readonly Column<Source>[] = [
  { key: "name", title: "Name", width: "2fr", cell: ({ name }) => name },
  { key: "switch", title: "Switch", width: "6rem", cell: ({ enabled }) => <StatusBadge status={enabled ? "enabled" : "disabled"} /> },
  {
    key: "last",
    title: "Last call",
    width: "8rem",
    cell: ({ calls }) => (calls ? <Ago at={calls.last_seen} /> : <Text size="sm" c="dimmed">none yet</Text>),
  },
  { key: "volume", title: "Calls, 30 days", width: "7rem", align: "right", narrow: false, cell: (source) => total(source).toLocaleString("en") },
  {
    key: "days",
    title: "By day",
    width: "10rem",
    narrow: false,
    cell: (source) => <Spark counts={days(source)} label={`${total(source)} calls in 30 days`} />,
  },
  { key: "key", title: "Write key", width: "8rem", narrow: false, cell: ({ write_key_hint }) => write_key_hint || "none" },
];

interface Props {
  /** Whether the form for a new one is open. */
  adding: boolean;
  add: (open: boolean) => void;
}

/** The apps, sites and servers that send calls. */
export function SourceList({ adding, add }: Props) {
  const query = useInfiniteQuery({ ...sourceListQuery, refetchInterval: 15_000 });
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => add(true)}>
      New source
    </Button>
  );
  return (
    <Page title="Sources" description="The apps, sites and servers whose Segment calls come in, each with a write key of its own." actions={button}>
      <Strangers />
      <DataTable
        label="Sources"
        columns={COLUMNS}
        query={query}
        rowKey={({ id }) => String(id)}
        link={({ id }) => ({ to: "/sources/$id", params: { id: String(id) } })}
        empty={
          <Empty icon={IconPlugConnected} title="No sources yet" action={button} command='tidings sources create --name "My app"'>
            A source is an app, a site or a server that sends Segment calls. It gets a write key, which its library is started with.
          </Empty>
        }
      />
      <NewSource opened={adding} close={() => add(false)} />
    </Page>
  );
}

const WHY: Readonly<Record<string, string>> = {
  unknown_source: "with a write key that opens nothing",
  source_disabled: "for a source that is switched off",
  oauth_token_missing: "without an access token, for a source that enforces OAuth",
  oauth_token_invalid: "with an access token that does not open its source",
  oauth_token_expired: "with an access token that was over",
};

/** Who puts a wrong write key into an app finds no call anywhere: here it is told that something knocked. */
function Strangers() {
  const { data = [] } = useQuery(refusedQuery);
  if (data.length === 0) return null;
  return (
    <Note tone="wait" title="Some requests reach no source">
      {data.map(({ reason, count, last_at }) => (
        <Text key={reason} size="sm">
          {count.toLocaleString("en")} {WHY[reason] ?? reason}, the last <Ago at={last_at} />
        </Text>
      ))}
      <Text size="sm">Compare the write keys in your apps with those below.</Text>
    </Note>
  );
}

const days = ({ calls }: Source) => lastDays(calls?.days ?? [], 30);
const total = (source: Source) => sum(days(source));
