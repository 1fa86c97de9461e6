import { Button, Drawer, Grid, Group, Select, Stack, Switch, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useMemo, useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { useChange } from "#/services/changing";
import { changeDestination, type Destination, DESTINATIONS, filterBodies, type FilterBody } from "#/services/destinations";
import { sourcesQuery, useKnownEvents } from "#/services/sources";
import { ActionField } from "./ActionField";
import { blankAction } from "./actions";
import { vocabularyOf } from "./completion";
import { Condition } from "./Condition";
import { FilterTester } from "./FilterTester";

const ACTIONS_MAX = 5;

interface Props {
  destination: Destination;
  /** Its id, or `new`; nothing while none is written. */
  open: string | undefined;
  close: () => void;
}

/** Where one filter is written and tried. */
export function FilterEditor({ destination, open, close }: Props) {
  const filters = filterBodies(destination);
  const found = filters.find(({ id }) => id === open);
  const shown = open === "new" ? BLANK : found;
  return (
    <Drawer opened={shown !== undefined} onClose={close} position="right" size="min(64rem, 100%)" title={found ? "Change the filter" : "New filter"}>
      {shown && <Form key={open} destination={destination} filters={filters} filter={shown} close={close} />}
    </Drawer>
  );
}

const BLANK: FilterBody = { id: "", title: "", if: "", actions: [blankAction("DROP")], description: "", enabled: true, source_id: null };

function Form({ destination, filters, filter: before, close }: { destination: Destination; filters: FilterBody[]; filter: FilterBody; close: () => void }) {
  const [filter, setFilter] = useState(before);
  const [refused, setRefused] = useState<unknown>();
  const { mutate, isPending, error } = useChange(changeDestination(destination.id), DESTINATIONS);
  const { data: sources } = useQuery(sourcesQuery);
  const events = useKnownEvents(destination.sources ?? (sources ?? []).map(({ id }) => id));
  const known = useMemo(() => vocabularyOf(events), [events]);
  const set = (change: Partial<FilterBody>) => setFilter({ ...filter, ...change });
  const ofCondition = error !== null && /^filters\[\d+\]\.if:/.test(error.message);

  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    const all = before.id ? filters.map((each) => (each.id === before.id ? filter : each)) : [...filters, filter];
    mutate({ filters: all }, { onSuccess: close });
  };

  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 6 }}>
        <form onSubmit={save}>
          <Stack>
            <TextInput label="Title" required maxLength={64} value={filter.title} onChange={(event) => set({ title: event.currentTarget.value })} data-autofocus />
            <Condition
              value={filter.if}
              known={known}
              error={refused ?? (ofCondition ? error : undefined)}
              change={(condition) => {
                setRefused(undefined);
                set({ if: condition });
              }}
            />
            {filter.actions.map((action, index) => (
              <ActionField
                key={index}
                action={action}
                change={(next) => set({ actions: filter.actions.map((old, at) => (at === index ? next : old)) })}
                remove={filter.actions.length > 1 ? () => set({ actions: filter.actions.filter((_, at) => at !== index) }) : undefined}
              />
            ))}
            {filter.actions.length < ACTIONS_MAX && (
              <Button
                variant="subtle"
                size="compact-sm"
                leftSection={<IconPlus size={14} aria-hidden />}
                style={{ alignSelf: "flex-start" }}
                onClick={() => set({ actions: [...filter.actions, blankAction("DROP_PROPERTIES")] })}
              >
                Another action
              </Button>
            )}
            <Select
              label="Calls of"
              data={[{ value: "", label: "every source" }, ...(sources ?? []).map(({ id, name }) => ({ value: String(id), label: name }))]}
              value={String(filter.source_id ?? "")}
              onChange={(id) => set({ source_id: id ? Number(id) : null })}
              allowDeselect={false}
            />
            <Switch label="Enabled" checked={filter.enabled} onChange={(event) => set({ enabled: event.currentTarget.checked })} />
            {error && !ofCondition && <Failure error={error} title="The filter could not be saved" />}
            <Group>
              <Button type="submit" loading={isPending} disabled={!filter.title.trim() || !filter.if.trim()}>
                Save
              </Button>
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
            </Group>
          </Stack>
        </form>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <FilterTester condition={filter.if} actions={filter.actions} refused={setRefused} />
      </Grid.Col>
    </Grid>
  );
}
