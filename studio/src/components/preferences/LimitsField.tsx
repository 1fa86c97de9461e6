import { ActionIcon, Button, Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { Limit } from "#/services/sendingRules";

const SCOPES: Readonly<Record<Limit["scope"], string>> = {
  user: "to each user",
  topic: "of a topic to each user",
  workspace: "altogether",
};

const PERIODS: Readonly<Record<Limit["period"], string>> = { hour: "an hour", day: "a day", week: "a week", month: "a month" };

interface Props {
  limits: Limit[];
  change: (limits: Limit[]) => void;
}

/** At most so many messages, to whom, in what time. */
export function LimitsField({ limits, change }: Props) {
  const put = (index: number, next: Partial<Limit>) => change(limits.map((old, at) => (at === index ? { ...old, ...next } : old)));
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {limits.length === 0 ? "Nobody gets too many: there is no limit." : "A message over a limit ends as THROTTLED. Periods are of UTC; a week begins on Sunday."}
      </Text>
      {limits.map(({ scope, period, max }, index) => (
        <Group key={index} gap="xs">
          <NumberInput aria-label="At most" w="6rem" min={1} max={1_000_000_000} allowDecimal={false} hideControls value={max} onChange={(next) => put(index, { max: Number(next) })} />
          <Select aria-label="To whom" flex="1 1 11rem" allowDeselect={false} data={choices(SCOPES)} value={scope} onChange={(next) => isKey(SCOPES, next) && put(index, { scope: next })} />
          <Select aria-label="In what time" flex="1 1 7rem" allowDeselect={false} data={choices(PERIODS)} value={period} onChange={(next) => isKey(PERIODS, next) && put(index, { period: next })} />
          <ActionIcon variant="default" size="lg" aria-label="Take this limit away" onClick={() => change(limits.filter((_, at) => at !== index))}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        style={{ alignSelf: "flex-start" }}
        onClick={() => change([...limits, { scope: "user", period: "day", max: 5 }])}
      >
        Add a limit
      </Button>
    </Stack>
  );
}

function choices(words: Readonly<Record<string, string>>) {
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}

function isKey<K extends string>(words: Readonly<Record<K, string>>, key: string | null): key is K {
  return key !== null && key in words;
}
