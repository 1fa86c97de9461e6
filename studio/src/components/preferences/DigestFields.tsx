import { Button, Fieldset, Select, Stack, Switch, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { templateNamesQuery } from "#/services/choices";
import type { Digest, Schedule } from "#/services/preferences";
import { ScheduleField } from "./ScheduleField";

const SCHEDULES_MAX = 4;
const DAILY: Schedule = { frequency: "daily", time: "09:00", is_default: true };

interface Props {
  digest: Digest | null;
  change: (digest: Digest | null) => void;
}

/** Whether a topic gathers its messages, what is sent in their place, and when. */
export function DigestFields({ digest, change }: Props) {
  const { data: templates } = useQuery(templateNamesQuery);
  const schedules = digest?.schedules ?? [];
  const put = (next: Schedule[]) => digest && change({ ...digest, schedules: next });
  return (
    <Fieldset legend="Digest">
      <Stack>
        <Switch
          label="Gather its messages, and send one in their place"
          checked={digest !== null}
          onChange={(event) => change(event.currentTarget.checked ? { template_id: "", schedules: [DAILY] } : null)}
        />
        {digest && (
          <>
            <Select
              label="Template"
              description="It shows digest.count and digest.items."
              placeholder={templates?.length === 0 ? "There is no template yet" : "Choose"}
              data={templates ?? []}
              value={digest.template_id || null}
              onChange={(id) => change({ ...digest, template_id: id ?? "" })}
              searchable
              required
            />
            {schedules.map((schedule, index) => (
              <ScheduleField
                key={index}
                schedule={schedule}
                change={(next) => put(schedules.map((old, at) => (at === index ? next : next.is_default ? { ...old, is_default: false } : old)))}
                remove={schedules.length > 1 ? () => put(schedules.filter((_, at) => at !== index)) : undefined}
              />
            ))}
            {schedules.length < SCHEDULES_MAX && (
              <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} style={{ alignSelf: "flex-start" }} onClick={() => put([...schedules, { frequency: "weekly", time: "09:00", day_of_week: "monday" }])}>
                Another schedule
              </Button>
            )}
            <Text size="xs" c="dimmed">
              The default schedule holds until a recipient chooses another. Times are in the zone of each recipient.
            </Text>
          </>
        )}
      </Stack>
    </Fieldset>
  );
}
