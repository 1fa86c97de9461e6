import { ActionIcon, Group, Input, NumberInput, Select, Stack, Switch, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { ConditionEditor } from "#/components/conditions/ConditionEditor";
import { Arranged } from "#/components/ui/Arranged";
import { moved } from "#/components/ui/arranging";
import { variablesQuery } from "#/services/variables";
import { useNames } from "./useNames";
import { conditionIn, minutesOf, type Named, providersIn, withMinutes, withSetting } from "./waysOf";

interface Props {
  name: string;
  all: Named;
  onChange: (all: Named) => void;
  /** Channels have providers of their own; a provider has none. */
  isChannel: boolean;
}

/** When one channel or provider is used, for how long, and by whom. */
export function WaySettings({ name, all, onChange, isChannel }: Props) {
  const settings = all[name];
  const { data: variables = [] } = useQuery(variablesQuery([]));
  return (
    <Stack gap="sm">
      {isChannel && <Providers name={name} all={all} onChange={onChange} />}
      <NumberInput
        maw="16rem"
        label="Tried for"
        description="Minutes, before the next"
        placeholder={isChannel ? "30" : "5"}
        min={0}
        max={129_600}
        decimalScale={2}
        value={minutesOf(settings) ?? ""}
        onChange={(value) => onChange(withMinutes(all, name, typeof value === "number" ? value : undefined, isChannel))}
      />
      <ConditionEditor size="sm" label="Only when" said={conditionIn(settings)} variables={variables} onChange={(said) => onChange(withSetting(all, name, "if", said))} />
    </Stack>
  );
}

function Providers({ name, all, onChange }: Omit<Props, "isChannel">) {
  const { label, providersOf } = useNames();
  const chosen = providersIn(all[name]);
  const put = (providers: readonly string[]) => onChange(withSetting(all, name, "providers", providers.length ? providers : undefined));
  const left = providersOf(name).filter(({ value }) => !chosen.includes(value));
  return (
    <Stack gap="xs">
      <Input.Label labelElement="div">Providers</Input.Label>
      {chosen.length > 0 && (
        <Arranged label={`Providers of ${label(name)} in order`} items={chosen} keyOf={(each) => each} nameOf={label} move={(from, to) => put(moved(chosen, from, to))}>
          {(provider) => (
            <Group gap="xs" wrap="nowrap" justify="space-between">
              <Text size="sm" lh="28px">
                {label(provider)}
              </Text>
              <ActionIcon variant="subtle" color="gray" aria-label={`Take ${label(provider)} out`} onClick={() => put(chosen.filter((each) => each !== provider))}>
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </Group>
          )}
        </Arranged>
      )}
      <Select
        aria-label={`Add a provider of ${label(name)}`}
        placeholder={chosen.length ? "Add another, asked after these" : "All there are, in their own order; choose to say otherwise"}
        data={left}
        value={null}
        searchable
        onChange={(value) => value && put([...chosen, value])}
        nothingFoundMessage="No other provider of this channel"
      />
      {chosen.length > 1 && (
        <Switch
          label="Send by all of them, not only by the first that takes it"
          checked={all[name]?.routing_method === "all"}
          onChange={(event) => onChange(withSetting(all, name, "routing_method", event.currentTarget.checked ? "all" : undefined))}
        />
      )}
    </Stack>
  );
}
