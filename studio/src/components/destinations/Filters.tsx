import { Button, Group, Paper, Stack, Switch, Text, Title } from "@mantine/core";
import { IconFilter, IconPlus } from "@tabler/icons-react";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Empty } from "#/components/ui/Empty";
import { Failure } from "#/components/ui/Failure";
import { useChange } from "#/services/changing";
import { changeDestination, type Destination, DESTINATIONS, filterBodies } from "#/services/destinations";
import { saidOf } from "./actions";
import { FilterEditor } from "./FilterEditor";
import classes from "./Filters.module.css";

const FILTERS_MAX = 10;

interface Props {
  destination: Destination;
  /** The filter that is written: its id, or `new`. */
  open: string | undefined;
  show: (filter: string | undefined) => void;
}

/** What a destination gets of the calls that come its way. */
export function Filters({ destination, open, show }: Props) {
  const change = useChange(changeDestination(destination.id), DESTINATIONS);
  const filters = filterBodies(destination);
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show("new")} disabled={filters.length >= FILTERS_MAX}>
      New filter
    </Button>
  );
  return (
    <Stack>
      {filters.length > 0 && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            A call passes all of them, in this order. {filters.length >= FILTERS_MAX && "Ten is the most."}
          </Text>
          {button}
        </Group>
      )}
      {change.error && <Failure error={change.error} title="The filter was not changed" />}
      {filters.length === 0 ? (
        <Empty icon={IconFilter} title="No filters: it gets every call of its types" action={button}>
          A filter keeps calls back, lets only some through, takes a sample, or takes properties out. Its condition is written in FQL, and can be tried on a call from the log before it holds.
        </Empty>
      ) : (
        filters.map((filter) => (
          <Paper key={filter.id} withBorder p="md" component="article" className={classes.filter ?? ""}>
            <Group justify="space-between" align="flex-start" gap="sm">
              <div className={classes.words}>
                <Title order={2} size="h5">
                  {filter.title}
                </Title>
                <code className={classes.condition}>{filter.if}</code>
                <Text size="sm" c="dimmed">
                  {filter.actions.map(saidOf).join("; ")}
                </Text>
              </div>
              <Group gap="xs">
                <Switch
                  label="Enabled"
                  aria-label={`Enabled: ${filter.title}`}
                  checked={filter.enabled}
                  disabled={change.isPending}
                  onChange={(event) =>
                    change.mutate({ filters: filters.map((each) => (each.id === filter.id ? { ...each, enabled: event.currentTarget.checked } : each)) })
                  }
                />
                <Button size="compact-sm" variant="default" onClick={() => show(filter.id)}>
                  Change
                </Button>
                <ConfirmButton
                  size="compact-sm"
                  question={`“${filter.title}” holds no longer for what arrives from now on.`}
                  verb="Remove"
                  act={() => change.mutateAsync({ filters: filters.filter(({ id }) => id !== filter.id) })}
                >
                  Remove
                </ConfirmButton>
              </Group>
            </Group>
          </Paper>
        ))
      )}
      <FilterEditor destination={destination} open={open} close={() => show(undefined)} />
    </Stack>
  );
}
