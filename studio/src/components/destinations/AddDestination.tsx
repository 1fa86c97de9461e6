import { Drawer, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { COURIER, type DestinationEntry, destinationCatalogQuery } from "#/services/destinations";
import classes from "./AddDestination.module.css";
import { NewDestination } from "./NewDestination";

interface Props {
  /** The kind that was chosen, `catalog` while none is; nothing when none is to be added. */
  kind: string | undefined;
  choose: (kind: string | undefined) => void;
}

/** The catalogue of what can be added, and the form for what was chosen. */
export function AddDestination({ kind, choose }: Props) {
  const { data, error, refetch } = useQuery({ ...destinationCatalogQuery, enabled: kind !== undefined });
  const entry = data?.find((each) => each.kind === kind);
  return (
    <Drawer opened={kind !== undefined} onClose={() => choose(undefined)} title={entry ? `Add ${entry.name}` : "Add a destination"} position="right" size="lg">
      {error ? (
        <Failure error={error} title="The catalogue could not be read" retry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : entry ? (
        <NewDestination key={entry.kind} entry={entry} back={() => choose("catalog")} />
      ) : (
        <Catalog entries={data} choose={choose} />
      )}
    </Drawer>
  );
}

function Catalog({ entries, choose }: { entries: readonly DestinationEntry[]; choose: (kind: string) => void }) {
  const [asked, setAsked] = useState("");
  const wanted = asked.trim().toLowerCase();
  const found = entries.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted));
  return (
    <Stack>
      <TextInput
        type="search"
        aria-label="Search the catalogue"
        placeholder="Courier, webhook, Segment …"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={asked}
        onChange={(event) => setAsked(event.currentTarget.value)}
        data-autofocus
      />
      {found.length === 0 && <Text c="dimmed">Nothing in the catalogue is called that. Whatever takes HTTP can be reached by Webhooks.</Text>}
      <SimpleGrid cols={1} spacing="sm">
        {found.map(({ kind, name, description, partner_owned, reads }) => (
          <UnstyledButton key={kind} className={classes.entry} disabled={kind === COURIER} onClick={() => choose(kind)}>
            <Text fw={600} component="span" display="block">
              {name}
            </Text>
            <Text size="sm" component="span" display="block">
              {description}
            </Text>
            <Text size="xs" c="dimmed" component="span" display="block" mt={4}>
              {kind === COURIER ? "Every environment has it already." : partner_owned || (reads === "messages" ? "Is told what becomes of messages." : "Gets the calls of sources.")}
            </Text>
          </UnstyledButton>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
