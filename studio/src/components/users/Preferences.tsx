import { Button, Checkbox, Group, Stack, Switch, Text } from "@mantine/core";
import { IconAdjustments } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Card } from "#/components/ui/Card";
import { Empty } from "#/components/ui/Empty";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { choose, type Choosing, forgetChoice, type Topic, userPreferencesQuery } from "#/services/userPreferences";
import classes from "./users.module.css";

type Channel = NonNullable<Choosing["custom_routing"]>[number];

const CHANNELS: Record<Channel, string> = { email: "Email", sms: "SMS", push: "Push", inbox: "Inbox", direct_message: "Chat", webhook: "Webhook" };
const DEFAULTS: Record<Topic["default_status"], string> = { OPTED_IN: "on unless they say no", OPTED_OUT: "off unless they ask for it", REQUIRED: "required: nobody can opt out" };

/** What a user wants of each topic, to be changed in their name. */
export function Preferences({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(userPreferencesQuery(id));
  if (error) return <Failure error={error} title="The preferences could not be read" retry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.items.length === 0) {
    return (
      <Empty icon={IconAdjustments} title="There are no topics yet">
        A topic is what a user can say yes or no to, such as “Order updates”. Topics stand in sections, which POST /preferences/sections makes; templates belong to them.
      </Empty>
    );
  }
  const sections = new Map<string, Topic[]>();
  for (const topic of data.items) sections.set(topic.section_name, [...(sections.get(topic.section_name) ?? []), topic]);
  return (
    <Stack gap="lg">
      {[...sections].map(([name, topics]) => (
        <Card key={name} title={name || "Other topics"}>
          <Stack gap={0}>
            {topics.map((topic) => (
              <One key={topic.topic_id} id={id} topic={topic} />
            ))}
          </Stack>
        </Card>
      ))}
    </Stack>
  );
}

function One({ id, topic }: { id: string; topic: Topic }) {
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (wanted: Choosing | null) => (wanted ? choose(id, topic.topic_id, wanted) : forgetChoice(id, topic.topic_id)),
    onSettled: () => client.invalidateQueries({ queryKey: userPreferencesQuery(id).queryKey }),
  });
  const { status, default_status: standard, custom_routing: routing = [], has_custom_routing: isCustom } = topic;
  const isOn = status !== "OPTED_OUT";
  const write = (on: boolean, channels: readonly string[] | null) =>
    mutate({ status: on ? "OPTED_IN" : "OPTED_OUT", has_custom_routing: channels !== null, custom_routing: channels?.filter((word): word is Channel => word in CHANNELS) ?? null });

  return (
    <div className={classes.row}>
      <Group justify="space-between" gap="sm" align="flex-start">
        <Switch
          checked={isOn}
          disabled={standard === "REQUIRED" || isPending}
          label={topic.topic_name}
          description={`The default: ${DEFAULTS[standard]}`}
          onChange={(event) => write(event.currentTarget.checked, isCustom ? routing : null)}
        />
        {(isOn ? "OPTED_IN" : "OPTED_OUT") !== standard && standard !== "REQUIRED" ? (
          <Button size="compact-xs" variant="subtle" loading={isPending} onClick={() => mutate(null)}>
            Back to the default
          </Button>
        ) : (
          <Text size="xs" c="dimmed">
            as the default has it
          </Text>
        )}
      </Group>
      {isOn && (
        <Group gap="md" mt="xs" ml={46}>
          <Checkbox size="xs" label="Only by" checked={isCustom} disabled={isPending} onChange={(event) => write(isOn, event.currentTarget.checked ? Object.keys(CHANNELS) : null)} />
          {isCustom && (
            <Checkbox.Group value={[...routing]} onChange={(channels) => write(isOn, channels)} aria-label={`Channels for ${topic.topic_name}`}>
              <Group gap="sm">
                {Object.entries(CHANNELS).map(([value, label]) => (
                  <Checkbox key={value} size="xs" value={value} label={label} disabled={isPending} />
                ))}
              </Group>
            </Checkbox.Group>
          )}
        </Group>
      )}
      {error && <Failure error={error} title="The choice was not kept" />}
    </div>
  );
}

