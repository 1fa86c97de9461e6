import { Text } from "@mantine/core";
import { IconBan } from "@tabler/icons-react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { type Column, DataTable } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { UserLink } from "#/components/ui/UserLink";
import { type Suppression, SUPPRESSIONS, suppressionsQuery } from "#/services/suppressions";
import { OpenAgain } from "./OpenAgain";
import { KINDS, meant } from "./words";

const COLUMNS: readonly Column<Suppression>[] = [
  { key: "whom", title: "Whom", width: "2fr", cell: (entry) => <Whom entry={entry} /> },
  { key: "why", title: "Why", width: "2fr", narrow: false, cell: (entry) => <Why entry={entry} /> },
  { key: "since", title: "Since", width: "7.5rem", narrow: false, cell: (entry) => <Ago at={entry.created} /> },
  { key: "open", title: "Actions", width: "8rem", cell: (entry) => <Open entry={entry} /> },
];

/** Addresses and users that get nothing more, and why. */
export function SuppressionList() {
  const query = useInfiniteQuery(suppressionsQuery);
  return (
    <DataTable
      label="Suppression list"
      columns={COLUMNS}
      query={query}
      rowKey={(entry) => entry.address}
      empty={
        <Empty icon={IconBan} title="Everybody may be written to" command="tidings suppressions add email:ann@example.com">
          Addresses stand here that a provider calls dead, whose owners complained, answered STOP or unsubscribed from everything, and
          users whom somebody suppressed. Nothing more is sent to them, until they are opened again.
        </Empty>
      }
    />
  );
}

function Whom({ entry }: { entry: Suppression }) {
  const { kind, value } = meant(entry.address);
  return (
    <>
      <Text size="sm" fw={550} truncate title={value}>
        {kind === "user" ? <UserLink id={value} /> : value}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {kind === "user" ? "the user, by every channel" : kind}
        <Text span inherit hiddenFrom="sm">{` · ${KINDS[entry.kind].toLowerCase()}`}</Text>
      </Text>
    </>
  );
}

function Why({ entry: { kind, detail } }: { entry: Suppression }) {
  return (
    <>
      <Text size="sm" truncate>
        {KINDS[kind]}
      </Text>
      {detail && (
        <Text size="xs" c="dimmed" truncate title={detail}>
          {detail}
        </Text>
      )}
    </>
  );
}

function Open({ entry: { address, kind } }: { entry: Suppression }) {
  const client = useQueryClient();
  if (kind === "privacy") {
    return (
      <Text size="xs" c="dimmed">
        on the user’s page
      </Text>
    );
  }
  const changed = async () => {
    await Promise.all([client.invalidateQueries({ queryKey: SUPPRESSIONS }), client.invalidateQueries({ queryKey: ["users"] })]);
  };
  return <OpenAgain address={address} changed={changed} />;
}
