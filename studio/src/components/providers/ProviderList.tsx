import { Button, Text } from "@mantine/core";
import { IconPlus, IconSend } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Column, DataTable } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { Page } from "#/components/ui/Page";
import { channelsOf, type Provider, providerCatalogQuery, providerListQuery, providersQuery, rankOf } from "#/services/providers";
import { AddProvider } from "./AddProvider";
import { CHANNELS } from "./channels";
import { ProviderOrder } from "./ProviderOrder";
import { ProviderState } from "./ProviderState";

interface Props {
  /** The provider that is being added, or `catalog` while it is chosen. */
  adding: string | undefined;
  /** The channel whose providers the catalogue shows. */
  channel: string | undefined;
  show: (change: { add?: string | undefined; channel?: string | undefined }) => void;
}

/** The accounts that deliver. */
export function ProviderList({ adding, channel, show }: Props) {
  const query = useInfiniteQuery({ ...providerListQuery, refetchInterval: 10_000 });
  const columns = useColumns();
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show({ add: "catalog" })}>
      Add provider
    </Button>
  );
  return (
    <Page
      title="Providers"
      description="Who delivers. On each channel the first account is asked, and the next when it cannot; a routing strategy or a message may name others."
      actions={
        <>
          <ProviderOrder />
          {button}
        </>
      }
    >
      <DataTable
        label="Providers"
        columns={columns}
        query={query}
        rowKey={({ id }) => id}
        link={({ id }) => ({ to: "/providers/$id", params: { id } })}
        empty={
          <Empty icon={IconSend} title="Nobody delivers yet" action={button} command="export TIDINGS_SMTP_URL='smtp://user:password@mail.example.com:587'">
            Until a channel has a provider, its messages are kept in the outbox, where you can read them. The setting below gives every live environment email without an account here.
          </Empty>
        }
      />
      <AddProvider provider={adding} channel={channel} show={show} />
    </Page>
  );
}

function useColumns(): readonly Column<Provider>[] {
  const { data: catalog } = useQuery(providerCatalogQuery);
  const { data: all } = useQuery(providersQuery);
  return useMemo(() => {
    const channels = channelsOf(catalog ?? []);
    const names = new Map(catalog?.map(({ provider, name }) => [provider, name]));
    const channelOf = ({ provider }: Provider) => channels.get(provider) ?? "";
    const rank = (row: Provider) => (all ? rankOf(row, all, channels) : 0);
    return [
      { key: "name", title: "Provider", width: "2fr", cell: (row) => names.get(row.provider) ?? row.provider },
      { key: "title", title: "Account", width: "1.5fr", narrow: false, cell: ({ title, alias }) => (alias ? `${title} (${alias})` : title) },
      { key: "channel", title: "Channel", width: "8rem", narrow: false, cell: (row) => CHANNELS[channelOf(row)] ?? channelOf(row) },
      { key: "rank", title: "Asked", width: "6rem", narrow: false, cell: (row) => ORDER[rank(row)] ?? `as no. ${rank(row)}` },
      { key: "state", title: "State", width: "7rem", cell: (row) => <ProviderState provider={row} /> },
      { key: "success", title: "Taken, 15 min", width: "8rem", align: "right", narrow: false, cell: ({ health }) => <Share of={health.success_rate} /> },
      { key: "took", title: "Answer", width: "6rem", align: "right", narrow: false, cell: ({ health }) => milliseconds(health.p50_ms) },
    ];
  }, [catalog, all]);
}

const ORDER = ["–", "first", "second", "third"];

function Share({ of: share }: { of: number | null }) {
  if (share === null)
    return (
      <Text size="sm" c="dimmed">
        no attempts
      </Text>
    );
  return `${Math.floor(share * 1000) / 10} %`;
}

export function milliseconds(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : `${Math.round(value).toLocaleString("en")} ms`;
}
