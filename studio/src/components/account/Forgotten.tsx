import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { ActionForm } from "#/components/ui/ActionForm";
import { haveLinkSent } from "#/services/account";

/** Has a link for a new password sent; says the same whether there is such an account or not. */
export function Forgotten() {
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);

  if (sent) {
    return (
      <Text role="status">
        If there is an account of <b>{email}</b> with a password, a link for a new one is on its way. It is good for an hour. Nothing came? Look
        for it among unwanted mail, or ask an administrator.
      </Text>
    );
  }
  const act = async () => {
    await haveLinkSent(email);
    setSent(true);
  };
  return (
    <ActionForm verb="Send me a link" act={act} failure="No link was sent" wide>
      <TextInput label="Email" type="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} autoComplete="username" required autoFocus />
    </ActionForm>
  );
}
