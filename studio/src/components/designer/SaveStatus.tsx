import { Button, Group, Popover, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCloudCheck, IconCloudUp } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { words } from "#/components/ui/Failure";
import { documentOf, type Template, templateQuery, wordsOf } from "#/services/templates";
import type { Facts } from "./designer";
import type { Saving } from "./useAutosave";
import type { useEditing } from "./useEditing";

interface Props {
  saving: Saving;
  template: Template;
  editing: ReturnType<typeof useEditing>;
  setFacts: (facts: Facts) => void;
}

/** Whether what is written is kept; and when it is not, why, and what to do. */
export function SaveStatus({ saving: { state, saver }, template, editing, setFacts }: Props) {
  const client = useQueryClient();
  const theirs = async () => {
    const read = await client.query({ ...templateQuery(template.id), staleTime: 0 });
    saver.drop();
    saver.read(read.updated);
    setFacts(wordsOf(read));
    editing.open(documentOf(read));
  };

  if (state.is === "saved" || state.is === "waiting" || state.is === "saving") {
    const isSaved = state.is === "saved";
    return (
      <Group gap={6} wrap="nowrap" role="status" aria-live="polite" mr="xs">
        {isSaved ? <IconCloudCheck size={16} aria-hidden /> : <IconCloudUp size={16} aria-hidden />}
        <Text size="xs" c="dimmed">
          {isSaved ? "Saved" : "Saving…"}
        </Text>
      </Group>
    );
  }
  return (
    <Popover withinPortal position="bottom-end" shadow="md" width="min(320px, calc(100vw - 16px))" defaultOpened>
      <Popover.Target>
        <Button size="xs" color="red" variant="light" leftSection={<IconAlertTriangle size={14} aria-hidden />}>
          {state.is === "conflict" ? "Somebody else changed it" : "Not saved"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm" role="alert">
          {state.is === "conflict" ? (
            <>
              <Text size="sm">This template was written elsewhere while you wrote. Nothing of yours is lost: choose whose stays.</Text>
              <Group gap="xs">
                <Button size="xs" variant="default" onClick={() => void theirs()}>
                  Take theirs
                </Button>
                <Button size="xs" onClick={() => void saver.now({ over: true })}>
                  Keep mine
                </Button>
              </Group>
            </>
          ) : (
            <>
              <Text size="sm">{words(state.error)}</Text>
              <Text size="xs" c="dimmed">
                It is saved as soon as this is put right.
              </Text>
              <Button size="xs" variant="default" onClick={() => void saver.now()}>
                Try again
              </Button>
            </>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
