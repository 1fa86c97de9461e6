import { ActionIcon, Button, Group, NumberInput, Paper, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { Action } from "#/services/destinations";
import { ACTIONS, blankAction, isAction } from "./actions";

interface Props {
  action: Action;
  change: (action: Action) => void;
  remove?: (() => void) | undefined;
}

/** One thing that a filter does, and what it has to know for that. */
export function ActionField({ action, change, remove }: Props) {
  return (
    <Paper withBorder p="sm">
      <Stack gap="sm">
        <Group wrap="nowrap" align="flex-end" gap="xs">
          <Select
            label="Such calls"
            flex={1}
            allowDeselect={false}
            data={Object.entries(ACTIONS).map(([value, label]) => ({ value, label }))}
            value={action.type}
            onChange={(type) => isAction(type) && change(blankAction(type))}
          />
          {remove && (
            <ActionIcon variant="default" size="lg" aria-label="Take this action away" onClick={remove}>
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
        {action.type === "SAMPLE" && (
          <Group grow align="flex-start">
            <NumberInput
              label="Share (%)"
              min={0}
              max={100}
              value={Math.round(action.percent * 10_000) / 100}
              onChange={(percent) => change({ ...action, percent: Number(percent) / 100 })}
              hideControls
            />
            <TextInput
              label="Same fate for"
              description="A path such as userId; empty draws for each call."
              value={action.path}
              onChange={(event) => change({ ...action, path: event.currentTarget.value })}
            />
          </Group>
        )}
        {(action.type === "DROP_PROPERTIES" || action.type === "ALLOW_PROPERTIES") && (
          <Fields fields={action.fields} change={(fields) => change({ ...action, fields })} />
        )}
      </Stack>
    </Paper>
  );
}

type Keys = Record<string, string[]>;

function Fields({ fields, change }: { fields: Keys; change: (fields: Keys) => void }) {
  const rows = Object.entries(fields);
  const replaced = (index: number, row: [string, string[]]) => change(Object.fromEntries(rows.map((old, at) => (at === index ? row : old))));
  return (
    <Stack gap="xs">
      {rows.map(([path, keys], index) => (
        <Group key={index} align="flex-end" wrap="nowrap" gap="xs">
          <TextInput label="In" placeholder="properties" w="9rem" value={path} onChange={(event) => replaced(index, [event.currentTarget.value, keys])} />
          <TagsInput label="Keys" placeholder={keys.length ? "" : "Type one, press Enter"} flex={1} value={keys} onChange={(next) => replaced(index, [path, next])} />
          {rows.length > 1 && (
            <ActionIcon variant="default" size="lg" aria-label={`Leave ${path || "the call itself"} alone`} onClick={() => change(Object.fromEntries(rows.filter((_, at) => at !== index)))}>
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        style={{ alignSelf: "flex-start" }}
        onClick={() => change({ ...fields, ["context" in fields ? "traits" : "context"]: [] })}
      >
        Another object
      </Button>
    </Stack>
  );
}
