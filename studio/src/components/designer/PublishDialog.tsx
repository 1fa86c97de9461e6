import { Alert, Button, Group, Modal, Stack, Text, ThemeIcon } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck, IconRocket, IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "#/components/ui/Failure";
import type { Document } from "#/elemental/node";
import { type Preview, publishTemplate, submitTemplate, type Template } from "#/services/templates";
import { checkList, type Point } from "./checkList";
import type { Facts } from "./designer";
import type { Saving } from "./useAutosave";

interface Props {
  template: Template;
  facts: Facts;
  document: Document;
  preview: Preview | undefined;
  saving: Saving;
  opened: boolean;
  open: () => void;
  close: () => void;
}

/** Publishes the draft, once what there is to look at was looked at. */
export function PublishDialog({ template, facts, document, preview, saving, opened, open, close }: Props) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const points = checkList(template, facts, document, preview);
  const isBroken = points.some((point) => point.level === "error");
  const isChecked = (facts.checks ?? []).length > 0;

  const publish = async () => {
    setBusy(true);
    setError(undefined);
    try {
      if (!(await saving.saver.now())) throw new Error("The draft could not be saved: what is wrong stands beside its name.");
      await (isChecked ? submitTemplate(template.id) : publishTemplate(template.id));
      await client.invalidateQueries({ queryKey: ["templates"], predicate: ({ queryKey }) => queryKey[2] !== "preview" });
      const read = client.getQueryData<Template>(["templates", template.id, "draft"]);
      if (read) saving.saver.read(read.updated);
      notifications.show({ color: "teal", title: isChecked ? "Handed in" : "Published", message: isChecked ? "Its checks publish it." : `“${facts.name}” is what is sent from now on.` });
      close();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button size="sm" leftSection={<IconRocket size={15} aria-hidden />} disabled={template.submission_id !== undefined} onClick={open}>
        {isChecked ? "Hand in" : "Publish"}
      </Button>
      <Modal opened={opened} onClose={close} title={isChecked ? "Hand this template in?" : "Publish this template?"} centered size="md">
        <Stack>
          <Stack gap="xs" role="list">
            {points.map((point) => (
              <Line key={point.message} point={point} />
            ))}
          </Stack>
          {isBroken && (
            <Alert color="red" variant="light">
              What cannot be drawn would be sent to nobody: put it right first.
            </Alert>
          )}
          {error !== undefined && <Failure error={error} title="It was not published" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Not yet
            </Button>
            <Button loading={busy} disabled={isBroken} onClick={() => void publish()} data-autofocus>
              {isChecked ? "Hand in" : "Publish"}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

const LOOKS = { fine: ["teal", IconCheck], warning: ["yellow", IconAlertTriangle], error: ["red", IconX] } as const;

function Line({ point }: { point: Point }) {
  const [tone, Icon] = LOOKS[point.level];
  return (
    <Group role="listitem" gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon size="sm" radius="xl" variant="light" color={tone} mt={2}>
        <Icon size={12} aria-label={point.level === "fine" ? "Fine" : point.level === "warning" ? "To look at" : "Wrong"} />
      </ThemeIcon>
      <Text size="sm">{point.message}</Text>
    </Group>
  );
}
