import { Button, Group, Modal, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { useChange } from "#/services/changing";
import { channelsOf, PREFERENCES, putSection, type Section } from "#/services/preferences";
import { ChannelsField } from "./ChannelsField";

interface Props {
  /** Nothing for a new one. */
  section: Section | undefined;
  close: () => void;
}

/** Where a section is written. */
export function SectionEditor({ section, close }: Props) {
  const [name, setName] = useState(section?.name ?? "");
  const [description, setDescription] = useState(section?.description ?? "");
  const [custom, setCustom] = useState(section?.has_custom_routing ?? false);
  const [channels, setChannels] = useState(channelsOf(section?.routing_options ?? []));
  const { mutate, isPending, error } = useChange(putSection, PREFERENCES);

  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    const body = { name: name.trim(), description: description.trim() || null, has_custom_routing: custom, routing_options: channels };
    mutate({ id: section?.id, body }, { onSuccess: close });
  };

  return (
    <Modal opened onClose={close} title={section ? "Change the section" : "New section"} centered>
      <form onSubmit={save}>
        <Stack>
          <TextInput label="Name" required maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <Textarea label="Description" description="Recipients read it below the name." autosize minRows={2} maxLength={2000} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
          <Switch label="Recipients choose channels, too" checked={custom} onChange={(event) => setCustom(event.currentTarget.checked)} />
          {custom && <ChannelsField label="Channels to choose among" value={channels} change={setChannels} />}
          {error && <Failure error={error} title="The section could not be saved" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending} disabled={!name.trim()}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
