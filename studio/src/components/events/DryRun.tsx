import { Group, Paper, SegmentedControl, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { type Forecast, forecastQuery } from "#/services/mappings";
import { counted, many, outlook } from "./volume";
import classes from "./events.module.css";

interface Props {
  event: string;
  template: string;
  isMapped: boolean;
}

/** What a mapping would have sent in the last days. Nothing is sent by looking. */
export function DryRun({ event, template, isMapped }: Props) {
  const [days, setDays] = useState(7);
  const { data, error, refetch } = useQuery(forecastQuery(event, template, days));
  return (
    <Paper withBorder p="md" component="section" aria-label="Dry run">
      <Group justify="space-between" mb="sm">
        <Text fw={600} size="sm">
          Dry run
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="How far back"
          data={[7, 30, 90].map((each) => ({ value: String(each), label: `${each} days` }))}
          value={String(days)}
          onChange={(value) => setDays(Number(value))}
        />
      </Group>
      {error ? (
        <Failure error={error} title="It could not be tried" retry={() => void refetch()} />
      ) : data ? (
        <Outcome forecast={data} days={days} isMapped={isMapped} />
      ) : (
        <Loading />
      )}
    </Paper>
  );
}

function Outcome({ forecast, days, isMapped }: { forecast: Forecast; days: number; isMapped: boolean }) {
  const { calls, is_all: isAll, users, users_are_all: usersAreAll, sample, since, counted_from: from } = forecast;
  return (
    <Stack gap="sm">
      <div>
        <Text className={classes.figure ?? ""}>{counted(calls, isAll)}</Text>
        <Text size="sm" c="dimmed">
          {`${isMapped ? "calls" : "would have been sent"} in ${days} days, ${isMapped ? "by" : "to"} ${counted(users, usersAreAll)} ${users === 1 ? "user" : "users"}`}
          {from > since && ` (older calls than of ${new Date(from).toLocaleDateString("en-GB")} are not kept)`}
        </Text>
      </div>
      {sample && sample.users > 0 && <Outlook sample={sample} />}
    </Stack>
  );
}

function Outlook({ sample }: { sample: NonNullable<Forecast["sample"]> }) {
  const { users, would_send: sent, would_wait: waiting, refused } = sample;
  return (
    <Stack gap="xs">
      <Text size="sm">
        {outlook(sent, waiting, users)}
      </Text>
      {refused.length > 0 && (
        <Stack component="ul" gap="xs" m={0} p={0} aria-label="Who would not get it" className={classes.refused ?? ""}>
          {refused.map(({ status, reason, why, users: count }) => (
            <Group component="li" key={`${status} ${reason} ${why}`} gap="sm" align="baseline">
              <StatusBadge status={status} />
              <Text size="sm" flex="1 1 12rem">
                {why || reason}
              </Text>
              <Text size="sm" c="dimmed">
                {many(count, "user")}
              </Text>
            </Group>
          ))}
        </Stack>
      )}
    </Stack>
  );
}
