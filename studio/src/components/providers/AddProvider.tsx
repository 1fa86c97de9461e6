import { Chip, Drawer, Group, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { providerCatalogQuery, type ProviderEntry } from "#/services/providers";
import classes from "../destinations/AddDestination.module.css";
import { CHANNELS } from "./channels";
import { NewProvider } from "./NewProvider";

interface Props {
  /** The one that was chosen, `catalog` while none is; nothing when none is to be added. */
  provider: string | undefined;
  channel: string | undefined;
  show: (change: { add?: string | undefined; channel?: string | undefined }) => void;
}

/** The catalogue of what can be switched on, and the form for what was chosen. */
export function AddProvider({ provider, channel, show }: Props) {
  const { data, error, refetch } = useQuery({ ...providerCatalogQuery, enabled: provider !== undefined });
  const entry = data?.find((each) => each.provider === provider);
  return (
    <Drawer
      opened={provider !== undefined}
      onClose={() => show({ add: undefined, channel: undefined })}
      title={entry ? `Add ${entry.name}` : "Add a provider"}
      position="right"
      size="lg"
    >
      {error ? (
        <Failure error={error} title="The catalogue could not be read" retry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : entry ? (
        <NewProvider key={entry.provider} entry={entry} back={() => show({ add: "catalog" })} />
      ) : (
        <Catalog entries={data} channel={channel} show={show} />
      )}
    </Drawer>
  );
}

function Catalog({ entries, channel, show }: { entries: readonly ProviderEntry[]; channel: string | undefined; show: Props["show"] }) {
  const [asked, setAsked] = useState("");
  const wanted = asked.trim().toLowerCase();
  const channels = [...new Set(entries.map((entry) => entry.channel))].sort();
  const found = entries.filter(
    (entry) => (channel === undefined || entry.channel === channel) && `${entry.name} ${entry.description}`.toLowerCase().includes(wanted),
  );
  return (
    <Stack>
      <TextInput
        type="search"
        aria-label="Search the catalogue"
        placeholder="Postmark, Twilio, Slack …"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={asked}
        onChange={(event) => setAsked(event.currentTarget.value)}
        data-autofocus
      />
      <Chip.Group value={channel ?? ""} onChange={(next) => show({ channel: next || undefined })}>
        <Group gap="xs" role="group" aria-label="Channel">
          <Chip value="" size="sm">
            All
          </Chip>
          {channels.map((each) => (
            <Chip key={each} value={each} size="sm">
              {CHANNELS[each] ?? each}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {found.length === 0 && <Text c="dimmed">Nobody here is called that. Apprise reaches a hundred more services by their URLs, Webhook any address of yours.</Text>}
      <SimpleGrid cols={1} spacing="sm">
        {found.map(({ provider, name, description, channel: by }) => (
          <UnstyledButton key={provider} className={classes.entry} onClick={() => show({ add: provider })}>
            <Group justify="space-between" wrap="nowrap">
              <Text fw={600} component="span">
                {name}
              </Text>
              <Text size="sm" c="dimmed" component="span">
                {CHANNELS[by] ?? by}
              </Text>
            </Group>
            <Text size="sm" component="span" display="block">
              {description}
            </Text>
          </UnstyledButton>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
