import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { ActionForm } from "#/components/ui/ActionForm";
import { Card } from "#/components/ui/Card";
import { NewPassword } from "#/components/ui/NewPassword";
import { makeAccount } from "#/services/account";

/** Whoever came by the one-time link may have an account, and need not. */
export function NewAccount() {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");

  const act = async () => {
    await makeAccount({ email, name, password });
    location.reload(); // this browser is signed in with the account now
  };

  return (
    <Card title="Make yourself an account">
      <ActionForm verb="Make the account" act={act} failure="No account was made">
        <Text size="sm" c="dimmed">
          You came by the one-time link. With an account you sign in from anywhere, and others see what you changed. It is an
          administrator’s. The link goes on working.
        </Text>
        <TextInput label="Email" type="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} autoComplete="username" required />
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} autoComplete="name" />
        <NewPassword value={password} change={setPassword} />
      </ActionForm>
    </Card>
  );
}
