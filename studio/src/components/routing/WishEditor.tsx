import { ActionIcon, Button, Group as Row, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { IconBoxMultiple, IconPlus, IconX } from "@tabler/icons-react";
import { Arranged } from "#/components/ui/Arranged";
import { moved } from "#/components/ui/arranging";
import { useNames } from "./useNames";
import { type Group, isGroup, type Method, namesIn, nextKey, sentenceOf, type Wish } from "./wish";
import classes from "./WishEditor.module.css";

interface Props {
  group: Group;
  onChange: (group: Group) => void;
  /** How deep it stands; the API takes ten, and nobody needs more than four. */
  depth?: number;
  /** The names in all of it: what is added is another one. */
  taken?: readonly string[];
}

const DEEPEST = 4;
const METHODS = [
  { value: "single", label: "First that takes it" },
  { value: "all", label: "All" },
];

const isMethod = (value: string): value is Method => value === "single" || value === "all";

/** Channels in order: one after another until one takes the message, or all; a group is one place in that order. */
export function WishEditor({ group, onChange, depth = 1, taken = namesIn(group) }: Props) {
  const { label, options, channelOf } = useNames();
  const put = (of: readonly Wish[]) => onChange({ ...group, of });
  const replace = (key: number, by: Wish) => put(group.of.map((wish) => (wish.key === key ? by : wish)));
  const unused = () => options[0]?.items.find(({ value }) => !taken.includes(value))?.value ?? "email";
  const name = (wish: Wish) => (isGroup(wish) ? `the group ${sentenceOf(wish, label) || "without channels"}` : label(wish.name));

  return (
    <Stack gap="sm">
      <SegmentedControl size="xs" aria-label={depth === 1 ? "How many channels" : "How many of the group"} data={METHODS} value={group.method} onChange={(value) => isMethod(value) && onChange({ ...group, method: value })} style={{ alignSelf: "flex-start" }} />
      {group.of.length === 0 && (
        <Text size="sm" c="dimmed">
          No channel yet.
        </Text>
      )}
      <Arranged label={depth === 1 ? "Channels in order" : "Channels of the group"} items={group.of} keyOf={({ key }) => String(key)} nameOf={name} move={(from, to) => put(moved(group.of, from, to))} handleTop={4}>
        {(wish) => (
          <Row gap="xs" wrap="nowrap" align="flex-start">
            {isGroup(wish) ? (
              <div className={classes.group} style={{ flex: 1, minWidth: 0 }}>
                <WishEditor group={wish} onChange={(changed) => replace(wish.key, changed)} depth={depth + 1} taken={taken} />
              </div>
            ) : (
              <Select
                flex={1}
                aria-label="Channel or provider"
                data={known(options, wish.name)}
                value={wish.name}
                allowDeselect={false}
                searchable
                onChange={(value) => value && replace(wish.key, { ...wish, name: value })}
                description={channelOf(wish.name) === undefined ? "Nobody here knows this name: it is passed over." : undefined}
                inputWrapperOrder={["input", "description"]}
              />
            )}
            <ActionIcon mt={4} variant="subtle" color="gray" aria-label={`Take ${name(wish)} out`} onClick={() => put(group.of.filter(({ key }) => key !== wish.key))}>
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Row>
        )}
      </Arranged>
      <Row gap="xs">
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => put([...group.of, { key: nextKey(), name: unused() }])}>
          Add a channel
        </Button>
        {depth < DEEPEST && (
          <Button size="compact-sm" variant="default" leftSection={<IconBoxMultiple size={14} aria-hidden />} onClick={() => put([...group.of, { key: nextKey(), method: group.method === "all" ? "single" : "all", of: [{ key: nextKey(), name: unused() }] }])}>
            Add a group
          </Button>
        )}
      </Row>
    </Stack>
  );
}

/** What may be chosen, and what is chosen although nobody knows it. */
function known(options: ReturnType<typeof useNames>["options"], name: string) {
  const found = options.some(({ items }) => items.some(({ value }) => value === name));
  return [...options, ...(found ? [] : [{ group: "Unknown", items: [{ value: name, label: name }] }])];
}
