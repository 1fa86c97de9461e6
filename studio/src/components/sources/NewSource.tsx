import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FormDialog } from "#/components/ui/FormDialog";
import { useChange } from "#/services/changing";
import { createSource, SOURCES } from "#/services/sources";

/** Asks for a name; the rest is on the source's own page. */
export function NewSource({ opened, close }: { opened: boolean; close: () => void }) {
  const [name, setName] = useState("");
  const navigate = useNavigate();
  const { mutateAsync } = useChange(createSource, SOURCES);

  const act = async () => {
    const { id } = await mutateAsync(name.trim());
    await navigate({ to: "/sources/$id", params: { id: String(id) } });
  };

  return (
    <FormDialog title="New source" opened={opened} close={close} verb="Create" act={act} ready={name.trim() !== ""} failure="The source could not be made">
      <TextInput
        label="Name"
        description="What sends the calls: “Web shop”, “iOS app”. It can be changed later."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={255}
        required
        data-autofocus
      />
    </FormDialog>
  );
}
