import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FormDialog } from "#/components/ui/FormDialog";
import { createBrand } from "#/services/brands";
import { useChange } from "#/services/changing";

const PLAIN = { colors: { primary: "#0f6b62" } };

/** Asks for a name; how it looks is on the brand's own page. */
export function NewBrand({ opened, close }: { opened: boolean; close: () => void }) {
  const [name, setName] = useState("");
  const navigate = useNavigate();
  const { mutateAsync } = useChange(createBrand, ["brands"]);

  const act = async () => {
    const { id } = await mutateAsync({ name: name.trim(), settings: PLAIN });
    await navigate({ to: "/brands/$id", params: { id } });
  };

  return (
    <FormDialog title="New brand" opened={opened} close={close} verb="Create" act={act} ready={name.trim() !== ""} failure="The brand was not made">
      <TextInput label="Name" required maxLength={255} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
    </FormDialog>
  );
}
