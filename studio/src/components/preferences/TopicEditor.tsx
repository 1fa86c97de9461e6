import { Button, Drawer, Group, Radio, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { useFocusBack } from "#/components/ui/useFocusBack";
import { useChange } from "#/services/changing";
import { channelsOf, digestOf, PREFERENCES, putTopic, type Section, type Topic, type TopicBody } from "#/services/preferences";
import { ChannelsField } from "./ChannelsField";
import { DigestFields } from "./DigestFields";

interface Props {
  section: Section;
  /** Nothing for a new one. */
  topic: Topic | undefined;
  close: () => void;
}

const STATUSES = {
  OPTED_IN: ["On", "It is sent until a recipient turns it off."],
  OPTED_OUT: ["Off", "It is sent to those who turn it on."],
  REQUIRED: ["Required", "It is always sent; nobody can turn it off."],
} as const;

/** Where a topic is written. */
export function TopicEditor({ section, topic, close }: Props) {
  useFocusBack();
  const [name, setName] = useState(topic?.name ?? "");
  const [description, setDescription] = useState(topic?.description ?? "");
  const [status, setStatus] = useState<TopicBody["default_status"]>(topic?.default_status ?? "OPTED_IN");
  const [channels, setChannels] = useState(channelsOf(topic?.routing_options ?? []));
  const [header, setHeader] = useState(topic?.include_unsubscribe_header ?? false);
  const [digest, setDigest] = useState(topic ? digestOf(topic) : null);
  const { mutate, isPending, error } = useChange(putTopic, PREFERENCES);

  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    const body: TopicBody = {
      name: name.trim(),
      description: description.trim() || null,
      default_status: status,
      routing_options: channels,
      include_unsubscribe_header: header,
      allowed_preferences: allowedOf(topic),
      topic_data: topic?.topic_data ?? null,
      digest,
    };
    mutate({ section: section.id, id: topic?.id, body }, { onSuccess: close });
  };

  return (
    <Drawer opened onClose={close} title={topic ? "Change the topic" : `New topic in ${section.name}`} position="right" size="lg">
      <form onSubmit={save}>
        <Stack>
          <TextInput label="Name" required maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <Textarea label="Description" description="Recipients read it below the name." autosize minRows={2} maxLength={2000} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
          <Radio.Group label="Until a recipient chooses" value={status} onChange={(next) => isStatus(next) && setStatus(next)}>
            <Stack gap="xs" mt="xs">
              {Object.entries(STATUSES).map(([value, [label, says]]) => (
                <Radio key={value} value={value} label={label} description={says} />
              ))}
            </Stack>
          </Radio.Group>
          {section.has_custom_routing && (
            <ChannelsField label="Channels to choose among" description="None: as the section has them." value={channels} change={setChannels} />
          )}
          <Switch
            label="Mailboxes show their own unsubscribe button"
            description="Its emails carry List-Unsubscribe (RFC 8058)."
            checked={header}
            onChange={(event) => setHeader(event.currentTarget.checked)}
          />
          <DigestFields digest={digest} change={setDigest} />
          {error && <Failure error={error} title="The topic could not be saved" />}
          <Group>
            <Button type="submit" loading={isPending} disabled={!name.trim()}>
              Save
            </Button>
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}

function isStatus(word: string): word is TopicBody["default_status"] {
  return word in STATUSES;
}

/** What else recipients may choose of a topic stays as it is. */
function allowedOf(topic: Topic | undefined): NonNullable<TopicBody["allowed_preferences"]> {
  return (["snooze", "channel_preferences"] as const).filter((each) => topic?.allowed_preferences.includes(each));
}
