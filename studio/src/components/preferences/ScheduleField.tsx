import { ActionIcon, Group, MultiSelect, NumberInput, Paper, Select, Stack, Switch, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import type { Schedule } from "#/services/preferences";

type Frequency = Schedule["frequency"];
type Day = NonNullable<Schedule["day_of_week"]>;

const FREQUENCIES: Readonly<Record<Frequency, string>> = {
  instant: "At once, gathering nothing",
  daily: "Every day",
  weekdays: "Monday to Friday",
  weekly: "Every week",
  custom_days: "On some days",
  monthly: "Every month",
};

const DAYS: readonly Day[] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const DAY_CHOICES = DAYS.map((day) => ({ value: day, label: day.charAt(0).toUpperCase() + day.slice(1) }));

interface Props {
  schedule: Schedule;
  change: (schedule: Schedule) => void;
  remove: (() => void) | undefined;
}

/** When a digest goes. */
export function ScheduleField({ schedule, change, remove }: Props) {
  const { frequency, time, day_of_week, days_of_week, day_of_month, is_default } = schedule;
  return (
    <Paper withBorder p="sm">
      <Stack gap="sm">
        <Group align="flex-end" wrap="nowrap" gap="xs">
          <Select
            label="When"
            flex={1}
            allowDeselect={false}
            data={Object.entries(FREQUENCIES).map(([value, label]) => ({ value, label }))}
            value={frequency}
            onChange={(next) => isFrequency(next) && change(begun(schedule, next))}
          />
          {frequency !== "instant" && <TextInput type="time" label="At" w="8.5rem" value={time ?? ""} onChange={(event) => change({ ...schedule, time: event.currentTarget.value })} />}
          {remove && (
            <ActionIcon variant="default" size="lg" aria-label="Take this schedule away" onClick={remove}>
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
        {frequency === "weekly" && (
          <Select label="On" allowDeselect={false} data={DAY_CHOICES} value={day_of_week ?? null} onChange={(day) => isDay(day) && change({ ...schedule, day_of_week: day })} />
        )}
        {frequency === "custom_days" && (
          <MultiSelect label="On" data={DAY_CHOICES} value={days_of_week ?? []} onChange={(days) => change({ ...schedule, days_of_week: days.filter(isDay) })} />
        )}
        {frequency === "monthly" && (
          <NumberInput label="On day" description="A shorter month ends with its last day." min={1} max={31} value={day_of_month ?? ""} onChange={(day) => change({ ...schedule, day_of_month: Number(day) })} />
        )}
        <Switch label="The default" checked={is_default ?? false} onChange={(event) => change({ ...schedule, is_default: event.currentTarget.checked })} />
      </Stack>
    </Paper>
  );
}

function isFrequency(word: string | null): word is Frequency {
  return word !== null && word in FREQUENCIES;
}

function isDay(word: string | null): word is Day {
  return DAYS.some((day) => day === word);
}

/** The same schedule with another frequency, and with what that needs. */
function begun({ schedule_id, is_default, time, timezone }: Schedule, frequency: Frequency): Schedule {
  const kept = { schedule_id: schedule_id ?? null, is_default: is_default ?? false, timezone: timezone ?? null, frequency };
  if (frequency === "instant") return kept;
  const at = { ...kept, time: time ?? "09:00" };
  if (frequency === "weekly") return { ...at, day_of_week: "monday" };
  if (frequency === "custom_days") return { ...at, days_of_week: ["monday", "thursday"] };
  return frequency === "monthly" ? { ...at, day_of_month: 1 } : at;
}
