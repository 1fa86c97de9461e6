import { Button, Divider, JsonInput, MultiSelect, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconCode } from "@tabler/icons-react";
import { useState } from "react";
import { ConditionEditor } from "#/components/conditions/ConditionEditor";
import { nameOf, placesOf } from "#/elemental/channels";
import { nodeAt, pathOf } from "#/elemental/editing";
import { type Fields, isNode, type Json, keyOf, type Node, textOf } from "#/elemental/node";
import { isPath } from "#/elemental/tags";
import { kindOf } from "#/elemental/registry";
import { useDesigner } from "./designer";
import { LoopField } from "./LoopField";

/** What can be set on the selected block. */
export function Inspector() {
  const { document, selected, change, variables } = useDesigner();
  const path = selected === undefined ? undefined : pathOf(document, selected);
  const node = path && nodeAt(document, path);
  if (!node) {
    return (
      <Text size="sm" c="dimmed">
        Choose a block to see what can be set. <kbd>/</kbd> adds one, <kbd>Alt ↑</kbd> and <kbd>Alt ↓</kbd> move it, <kbd>Ctrl Z</kbd> takes back.
      </Text>
    );
  }
  const key = keyOf(node);
  const set = (fields: Fields) => change(key, fields, Object.keys(fields).join());
  const holder = node.type === "list-item" ? nodeAt(document, path.slice(0, -1)) : undefined;
  const kind = kindOf(node.type);
  return (
    <Stack gap="sm" key={key}>
      <Title order={2} size="h6">
        {node.type === "list-item" ? "Item" : kind.label}
      </Title>
      {node.type !== "list-item" && <kind.Inspector node={node} change={set} />}
      {holder && (
        <>
          <Divider label="The whole list" labelPosition="left" />
          <ListFields node={holder} />
        </>
      )}
      <Divider label="When and where" labelPosition="left" />
      <ConditionEditor variables={variables} said={node.if} onChange={(said) => set({ if: said })} />
      <LoopField node={node} change={set} />
      <ChannelsField node={node} change={set} />
      <Advanced node={node} change={set} />
    </Stack>
  );
}

function ListFields({ node }: { node: Node }) {
  const { change } = useDesigner();
  const kind = kindOf("list");
  const set = (fields: Fields) => change(keyOf(node), fields, Object.keys(fields).join());
  return (
    <>
      <kind.Inspector node={node} change={set} />
      <LoopField node={node} change={set} />
    </>
  );
}

interface FieldsProps {
  node: Node;
  change: (fields: Fields) => void;
}

function ChannelsField({ node, change }: FieldsProps) {
  const { document } = useDesigner();
  const chosen = Array.isArray(node.channels) ? node.channels.map((name: unknown) => String(name)) : [];
  const places = [...new Set([...placesOf(document).filter((name) => name !== "default"), ...chosen])];
  return (
    <MultiSelect
      size="xs"
      label="Shows on"
      placeholder={chosen.length ? "" : "every channel"}
      data={places.map((value) => ({ value, label: nameOf(value) }))}
      value={chosen}
      onChange={(channels) => change({ channels: channels.length ? channels : undefined })}
      comboboxProps={{ withinPortal: true }}
      clearable
      clearButtonProps={{ "aria-label": "Show on every channel" }}
    />
  );
}

/** A name for conditions of blocks below, and the block as it is written. */
function Advanced({ node, change }: FieldsProps) {
  const [opened, setOpened] = useState(false);
  if (!opened) {
    return (
      <Button size="xs" variant="subtle" color="gray" leftSection={<IconCode size={14} aria-hidden />} onClick={() => setOpened(true)}>
        As it is written
      </Button>
    );
  }
  return (
    <>
      <TextInput
        size="xs"
        label="Name"
        description="Blocks below may ask refs.name.visible"
        value={textOf(node, "ref")}
        error={node.ref !== undefined && !isPath(textOf(node, "ref")) ? "letters, digits and _" : undefined}
        onChange={({ currentTarget: { value } }) => change({ ref: value || undefined })}
      />
      <Written node={node} change={change} />
    </>
  );
}

function Written({ node, change }: FieldsProps) {
  const [typed, setTyped] = useState(() => JSON.stringify(node, null, 2));
  const [error, setError] = useState("");
  const apply = () => {
    const read = parsed(typed);
    setError(isNode(read) ? "" : "must be one JSON object with a type");
    if (!isNode(read)) return;
    const gone = Object.fromEntries(Object.keys(node).map((field) => [field, undefined]));
    change({ ...gone, ...read, type: node.type });
  };
  return (
    <>
      <JsonInput size="xs" label="Elemental" autosize minRows={4} maxRows={18} value={typed} onChange={setTyped} error={error || undefined} />
      <Button size="xs" variant="default" onClick={apply}>
        Apply
      </Button>
    </>
  );
}

function parsed(text: string): Json | undefined {
  try {
    // Whatever it is, `isNode` looks at it.
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
