import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Card } from "#/components/ui/Card";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { ListTable } from "#/components/ui/ListTable";
import type { PreferencesSearch } from "#/routes/preferences";
import { useChange } from "#/services/changing";
import { CHANNELS, channelsOf, deleteSection, deleteTopic, PREFERENCES, type Section, type Topic } from "#/services/preferences";

interface Props {
  section: Section;
  show: (change: Partial<PreferencesSearch>) => void;
}

/** One section with its topics. */
export function SectionCard({ section, show }: Props) {
  const remove = useChange(deleteSection, PREFERENCES);
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
        <ListTable label={`Topics of ${name}`} heads={["Topic", "Unless one chooses", "Channels to choose", "Digest"]} minWidth={520}>
          {topics.map((topic) => (
            <Row key={topic.id} section={section} topic={topic} show={show} />
          ))}
        </ListTable>
      )}
    </Card>
  );
}

const DEFAULTS = {
  OPTED_IN: { word: "on", color: "teal" },
  OPTED_OUT: { word: "off", color: "gray" },
  REQUIRED: { word: "always sent", color: "yellow" },
} as const;

function Row({ section, topic, show }: Props & { topic: Topic }) {
  const remove = useChange(deleteTopic, PREFERENCES);
  const { word, color } = DEFAULTS[topic.default_status];
  const offered = section.has_custom_routing ? (topic.routing_options.length ? topic.routing_options : section.routing_options) : [];
  return (
    <Table.Tr>
      <Table.Td>
        {topic.name}
        {topic.description && (
          <Text size="xs" c="dimmed">
            {topic.description}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge variant="light" radius="sm" tt="none" color={color}>
          {word}
        </Badge>
      </Table.Td>
      <Table.Td>{offered.length ? channelsOf(offered).map((each) => CHANNELS[each]).join(", ") : "none"}</Table.Td>
      <Table.Td>{topic.digest ? topic.digest.schedules.map(({ frequency }) => frequency.replace("_", " ")).join(", ") : "no"}</Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
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
      </Table.Td>
    </Table.Tr>
  );
}
