import { Badge, Button, Group, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Arranged } from "#/components/ui/Arranged";
import { moved } from "#/components/ui/arranging";
import { Card } from "#/components/ui/Card";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { useChange } from "#/services/changing";
import { arrangeTopics, CHANNELS, channelsOf, deleteSection, deleteTopic, PREFERENCES, type Section, type Topic } from "#/services/preferences";
import type { PreferencesSearch } from "./search";

interface Props {
  section: Section;
  show: (change: Partial<PreferencesSearch>) => void;
}

/** One section with its topics. */
export function SectionCard({ section, show }: Props) {
  const remove = useChange(deleteSection, PREFERENCES);
  const arrange = useChange(arrangeTopics, PREFERENCES);
  const { id, name, description, topics } = section;
  return (
    <Card
      title={name}
      aside={
        <Group gap="xs">
          <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => show({ section: id, topic: "new" })}>
            New topic
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => show({ section: id, topic: undefined })} aria-label={`Change ${name}`}>
            Change
          </Button>
          {topics.length === 0 && (
            <ConfirmButton size="compact-sm" question={`The section “${name}” is deleted.`} verb="Delete" act={() => remove.mutateAsync(id)}>
              Delete
            </ConfirmButton>
          )}
        </Group>
      }
    >
      {description && (
        <Text size="sm" c="dimmed" mb="sm">
          {description}
        </Text>
      )}
      {topics.length === 0 ? (
        <Text size="sm" c="dimmed">
          No topics yet: recipients do not see this section.
        </Text>
      ) : (
        <Arranged
          label={`Topics of ${name} in order`}
          items={topics}
          keyOf={(topic) => topic.id}
          nameOf={(topic) => topic.name}
          move={(from, to) => arrange.mutate({ section: id, order: moved(topics, from, to).map((topic) => topic.id) })}
          disabled={arrange.isPending}
        >
          {(topic) => <TopicLine section={section} topic={topic} show={show} />}
        </Arranged>
      )}
    </Card>
  );
}

/** What holds unless a user chooses. */
const DEFAULTS = {
  OPTED_IN: { word: "on", color: "teal" },
  OPTED_OUT: { word: "off", color: "gray" },
  REQUIRED: { word: "always sent", color: "yellow" },
} as const;

function TopicLine({ section, topic, show }: Props & { topic: Topic }) {
  const remove = useChange(deleteTopic, PREFERENCES);
  const { word, color } = DEFAULTS[topic.default_status];
  const offered = section.has_custom_routing ? (topic.routing_options.length ? topic.routing_options : section.routing_options) : [];
  const facts = [
    offered.length && `to choose: ${channelsOf(offered).map((each) => CHANNELS[each]).join(", ")}`,
    topic.digest && `digest: ${topic.digest.schedules.map(({ frequency }) => frequency.replace("_", " ")).join(", ")}`,
  ].filter(Boolean);
  return (
    <Group gap="sm" justify="space-between" align="flex-start">
      <div style={{ flex: "1 1 14rem", minWidth: 0 }}>
        <Group gap="xs">
          <Text size="sm" fw={500} lh="28px">
            {topic.name}
          </Text>
          <Badge variant="light" radius="sm" tt="none" color={color}>
            {word}
          </Badge>
        </Group>
        {topic.description && (
          <Text size="xs" c="dimmed">
            {topic.description}
          </Text>
        )}
        {facts.length > 0 && (
          <Text size="xs" c="dimmed">
            {facts.join(" · ")}
          </Text>
        )}
      </div>
      <Group gap="xs" wrap="nowrap">
        <Button size="compact-sm" variant="default" onClick={() => show({ section: section.id, topic: topic.id })} aria-label={`Change ${topic.name}`}>
          Change
        </Button>
        <ConfirmButton
          size="compact-sm"
          question={`“${topic.name}” is no longer offered. What users chose is kept, and still holds for templates that name it.`}
          verb="Delete"
          act={() => remove.mutateAsync({ section: section.id, id: topic.id })}
        >
          Delete
        </ConfirmButton>
      </Group>
    </Group>
  );
}
