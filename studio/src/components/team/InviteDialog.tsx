import { Radio, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "#/api/client";
import { FormDialog } from "#/components/ui/FormDialog";
import { invite, ROLES, teamQuery } from "#/services/team";
import type { ShownLink } from "./LinkDialog";

interface Props {
  opened: boolean;
  close: () => void;
  showLink: (link: ShownLink) => void;
}

/** Whom, and as what. */
export function InviteDialog({ opened, close, showLink }: Props) {
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Schemas["Role"]>("designer");

  const act = async () => {
    const { account, link } = await invite({ email, name, role, mail: true });
    await client.invalidateQueries({ queryKey: teamQuery.queryKey });
    setEmail("");
    setName("");
    close();
    showLink({ email: account.email, ...link });
  };

  return (
    <FormDialog title="Invite somebody" opened={opened} close={close} verb="Make the invitation" act={act} failure="Not invited">
      <TextInput label="Email" type="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} required data-autofocus />
      <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Radio.Group label="Role" value={role} onChange={(value) => setRole(ROLES.find((each) => each.value === value)?.value ?? role)}>
        <Stack gap="xs" mt={6}>
          {ROLES.map(({ value, label, description }) => (
            <Radio key={value} value={value} label={label} description={description} />
          ))}
        </Stack>
      </Radio.Group>
    </FormDialog>
  );
}
