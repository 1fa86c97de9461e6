import { Alert, Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconArrowRight, IconMail } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Empty } from "#/components/ui/Empty";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { useMay } from "#/services/may";
import { mapEvent, mappingQuery, type TemplateChoice, templateChoicesQuery, unmapEvent } from "#/services/mappings";
import { DryRun } from "./DryRun";

/** Which notification an event sends: looks at what another one would have sent, and changes it. */
export function MappingEditor({ event }: { event: string }) {
  const mapping = useQuery(mappingQuery(event));
  const templates = useQuery(templateChoicesQuery);
  const error = mapping.error ?? templates.error;
  if (error) return <Failure error={error} title="The mapping could not be read" retry={() => void Promise.all([mapping.refetch(), templates.refetch()])} />;
  if (mapping.data === undefined || templates.data === undefined) return <Loading />;
  if (templates.data.length === 0) {
    return (
      <Empty icon={IconMail} title="There is no notification yet" command={`tidings templates push order.json`}>
        An event is mapped to a template. Make one first, and publish it.
      </Empty>
    );
  }
  return <Editor key={mapping.data ?? ""} event={event} current={mapping.data} templates={templates.data} />;
}

interface Props {
  event: string;
  current: string | null;
  templates: readonly TemplateChoice[];
}

function Editor({ event, current, templates }: Props) {
  const client = useQueryClient();
  const mayChange = useMay().changes("Events");
  const [chosen, setChosen] = useState(current);
  const mapping = useMutation({ mutationFn: (template: string) => mapEvent(client, event, template) });
  const template = templates.find(({ id }) => id === chosen);
  const mapped = templates.find(({ id }) => id === current);

  return (
    <Stack gap="md">
      <Text size="sm" role="status">
        {current === null ? (
          "This event sends nothing. Map it, and each call from then on sends the notification; calls of the past stay unsent."
        ) : (
          <>
            Each call sends <strong>{mapped?.name ?? current}</strong>.
          </>
        )}
      </Text>
      <Group align="flex-end" gap="sm">
        <Select
          label="Notification"
          placeholder="Choose a template"
          searchable
          limit={100}
          flex="1 1 16rem"
          nothingFoundMessage="No template is called so"
          data={templates.map(({ id, name, isPublished }) => ({ value: id, label: isPublished ? name : `${name} (not published)` }))}
          value={chosen}
          onChange={setChosen}
        />
        {mayChange && (
          <Button
            leftSection={<IconArrowRight size={16} aria-hidden />}
            disabled={chosen === null || chosen === current}
            loading={mapping.isPending}
            onClick={() => chosen !== null && mapping.mutate(chosen)}
          >
            {current === null ? "Map to notification" : "Map to this one instead"}
          </Button>
        )}
        {mayChange && current !== null && (
          <ConfirmButton
            question="Calls from now on send nothing, and are listed as unmapped. What was sent stays as it is. You can map it again at any time."
            verb="Unmap"
            act={() => unmapEvent(client, event)}
          >
            Unmap
          </ConfirmButton>
        )}
      </Group>
      {!mayChange && (
        <Text size="sm" c="dimmed">
          Your role may look at mappings and try them, and not change them.
        </Text>
      )}
      {mapping.error && <Failure error={mapping.error} title="It could not be mapped" />}
      {template && !template.isPublished && (
        <Alert color="yellow" variant="light" title="This template is not published">
          Mapped or not, it sends nothing before it is published.
        </Alert>
      )}
      {chosen !== null && <DryRun event={event} template={chosen} isMapped={chosen === current} />}
    </Stack>
  );
}
