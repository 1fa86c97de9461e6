import { Badge, Button, Grid, Group, Stack, Switch, Text, ThemeIcon, Timeline } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { Json } from "#/components/ui/Json";
import { Note } from "#/components/ui/Note";
import { Words } from "#/components/ui/Words";
import { useChange } from "#/services/changing";
import { type Destination, testEvent, testSettings } from "#/services/destinations";
import { callOf, SAMPLE, SampleCall } from "./SampleCall";

/** Whether the settings work, and what becomes of one call, gate by gate. */
export function EventTester({ destination: { id, built_in, name } }: { destination: Destination }) {
  const [text, setText] = useState(SAMPLE);
  const [dry, setDry] = useState(false);
  const [bypass, setBypass] = useState(false);
  const tried = useChange(testEvent(id));
  const call = callOf(text);

  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack gap="lg">
          {!built_in && <SettingsTest id={id} />}
          <Card title="Send one call through it">
            <Stack>
              <SampleCall value={text} change={setText} />
              <Switch label="Send nothing" description="Only say what would be sent." checked={dry} onChange={(event) => setDry(event.currentTarget.checked)} />
              <Switch label="Whatever the filters say" checked={bypass} onChange={(event) => setBypass(event.currentTarget.checked)} />
              <Group>
                <Button
                  loading={tried.isPending}
                  disabled={!call}
                  onClick={() => call && tried.mutate({ call, source_id: 0, dry_run: dry, bypass_filters: bypass })}
                >
                  {built_in || dry ? "Try it" : `Send it to ${name}`}
                </Button>
              </Group>
              <Text size="xs" c="dimmed">
                {built_in
                  ? "Nothing is applied: it says whether the engine would get the call."
                  : "A real request is sent, as it is for every call. It leaves no trace in the log or in the counts."}
              </Text>
            </Stack>
          </Card>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        {tried.error && <Failure error={tried.error} title="The call could not be tried" />}
        {tried.data && (
          <Card title="What became of it" aside={<Verdict delivered={tried.data.delivered} />}>
            <Stack role="status">
              <Timeline bulletSize={22} lineWidth={2}>
                {tried.data.steps.map(({ step, ok, detail }, index) => (
                  <Timeline.Item
                    key={index}
                    title={step}
                    bullet={
                      <ThemeIcon size={22} radius="xl" color={ok ? "teal" : "red"}>
                        {ok ? <IconCheck size={14} aria-label="passed" /> : <IconX size={14} aria-label="stopped" />}
                      </ThemeIcon>
                    }
                  >
                    <Text size="sm">
                      <Words>{detail}</Words>
                    </Text>
                  </Timeline.Item>
                ))}
              </Timeline>
              {tried.data.request && (
                <div>
                  <Text fw={600} size="sm" mb={4}>
                    {tried.data.response ? "Request" : "What would be sent"}
                  </Text>
                  <Json value={tried.data.request} label="Request" />
                </div>
              )}
              {tried.data.response && (
                <div>
                  <Text fw={600} size="sm" mb={4}>
                    Response
                  </Text>
                  <Json value={tried.data.response} label="Response" />
                </div>
              )}
            </Stack>
          </Card>
        )}
      </Grid.Col>
    </Grid>
  );
}

function Verdict({ delivered }: { delivered: boolean }) {
  return (
    <Badge variant="light" radius="sm" tt="none" color={delivered ? "teal" : "gray"}>
      {delivered ? "delivered" : "not delivered"}
    </Badge>
  );
}

function SettingsTest({ id }: { id: string }) {
  const { mutate, data, error, isPending } = useChange(testSettings);
  return (
    <Card title="Try the key">
      <Stack align="flex-start">
        <Text size="sm" c="dimmed">
          Asks the service whether it knows the key, without sending a call.
        </Text>
        <Button variant="default" loading={isPending} onClick={() => mutate(id)}>
          Try the settings
        </Button>
        {error && <Failure error={error} title="They could not be tried" />}
        {data && <Note tone={data.ok ? "good" : "bad"} title={data.ok ? "They work" : "They do not work"}>{data.detail}</Note>}
      </Stack>
    </Card>
  );
}
