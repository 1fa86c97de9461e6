import { Button, Grid, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconAntennaBars5, IconPlayerPause, IconPlayerPlay, IconSearch } from "@tabler/icons-react";
import { Empty } from "#/components/ui/Empty";
import { words } from "#/components/ui/Failure";
import { Note } from "#/components/ui/Note";
import type { SeenCall } from "#/services/debugger";
import { DebuggerCall } from "./DebuggerCall";
import { DebuggerRow } from "./DebuggerRow";
import classes from "./Debugger.module.css";
import type { SourceSearch } from "./search";
import { type Seen, useDebugger } from "./useDebugger";

interface Props {
  id: number;
  look: SourceSearch;
  show: (change: Partial<SourceSearch>) => void;
}

/** A source's calls as they come in, each as it came and as it was understood. */
export function Debugger({ id, look: { q = "", status, call: open }, show }: Props) {
  const { state, tell } = useDebugger(id);
  const { calls, held, paused, skipped } = state;
  const statuses = [...new Set(calls.map((call) => call.status))].sort();
  const found = calls.filter((call) => isWanted(call, q, status));
  const chosen = found.find((call) => call.id === open) ?? found[0];

  return (
    <Stack>
      <Group gap="sm">
        <TextInput
          type="search"
          aria-label="Filter calls"
          placeholder="Event, user, or any word of a call"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={q}
          onChange={(event) => show({ q: event.currentTarget.value || undefined })}
          flex="1 1 14rem"
          maw="26rem"
        />
        <Select
          aria-label="Status"
          placeholder="Any status"
          data={status && !statuses.includes(status) ? [status, ...statuses] : statuses}
          value={status ?? null}
          onChange={(next) => show({ status: next ?? undefined })}
          clearable
          w="11rem"
        />
        <Button
          variant="default"
          leftSection={paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
          onClick={() => tell(paused ? "resume" : "pause")}
        >
          {paused ? (held.length ? `Resume, ${held.length} new` : "Resume") : "Pause"}
        </Button>
        <Button variant="subtle" color="gray" onClick={() => tell("clear")} disabled={calls.length === 0}>
          Clear
        </Button>
        <State of={state} />
      </Group>
      {state.line !== "open" && state.error !== undefined && (
        <Note tone="wait" title="The stream broke off">
          {words(state.error)} It is opened again by itself, and goes on after the last call that you see.
        </Note>
      )}
      {skipped && (
        <Note tone="wait" title="More came than could be shown">
          Some calls are left out here. All of them are in the data log.
        </Note>
      )}
      {calls.length === 0 ? (
        <Empty icon={IconAntennaBars5} title="Nothing in the last hour">
          Calls appear here by themselves, a moment after they come in. Send one: the tab Connect has snippets with this source’s key.
        </Empty>
      ) : found.length === 0 ? (
        <Text c="dimmed">None of the {calls.length} calls here has these words and this status.</Text>
      ) : (
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 5, xl: 4 }}>
            <ul className={classes.list} aria-label="Calls, newest first">
              {found.map((call) => (
                <DebuggerRow key={call.id} call={call} open={call === chosen} show={() => show({ call: call.id })} />
              ))}
            </ul>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 7, xl: 8 }}>{chosen && <DebuggerCall call={chosen} />}</Grid.Col>
        </Grid>
      )}
    </Stack>
  );
}

function State({ of: { line, paused } }: { of: Seen }) {
  const said = paused ? "Paused" : line === "open" ? "Live" : line === "opening" ? "Connecting" : "Broken off";
  return (
    <Group gap={6} role="status">
      <span className={classes.dot} data-line={paused ? "paused" : line} />
      <Text size="sm">{said}</Text>
    </Group>
  );
}

/** Tells whether a call has all the words, anywhere in it, and this status. */
export function isWanted(call: SeenCall, q: string, status: string | undefined): boolean {
  if (status !== undefined && call.status !== status) return false;
  const asked = q.toLowerCase().split(/\s+/).filter(Boolean);
  if (asked.length === 0) return true;
  const text = `${call.type} ${call.name ?? ""} ${call.reason} ${JSON.stringify(call.raw)}`.toLowerCase();
  return asked.every((word) => text.includes(word));
}
