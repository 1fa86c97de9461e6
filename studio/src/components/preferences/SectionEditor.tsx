import { Switch, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormDialog } from "#/components/ui/FormDialog";
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
  const { mutateAsync } = useChange(putSection, PREFERENCES);

  const act = async () => {
    const body = { name: name.trim(), description: description.trim() || null, has_custom_routing: custom, routing_options: channels };
    await mutateAsync({ id: section?.id, body });
    close();
  };

  return (
    <FormDialog title={section ? "Change the section" : "New section"} opened close={close} verb="Save" act={act} ready={name.trim() !== ""} failure="The section could not be saved">
      <TextInput label="Name" required maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
      <Textarea label="Description" description="Recipients read it below the name." autosize minRows={2} maxLength={2000} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
      <Switch label="Recipients choose channels, too" checked={custom} onChange={(event) => setCustom(event.currentTarget.checked)} />
      {custom && <ChannelsField label="Channels to choose among" value={channels} change={setChannels} />}
    </FormDialog>
  );
}
