import { Divider, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { ActionForm } from "#/components/ui/ActionForm";
import { Code } from "#/components/ui/Code";
import { signIn } from "#/services/account";
import { Doorstep } from "./Doorstep";

/** Nobody is signed in: with a password, and a code where one is asked for; or with a link. */
export function SignIn({ used }: { used: boolean }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [coded, setCoded] = useState(false);

  const act = async () => {
    const { code_required } = await signIn({ email, password, code });
    if (code_required) setCoded(true);
    else location.reload(); // the address is where one wanted to go
  };

  return (
    <Doorstep title={coded ? "Enter your code" : used ? "This link has been used" : "Sign in"}>
      <ActionForm key={String(coded)} verb={coded ? "Continue" : "Sign in"} act={act} failure="Not signed in" wide>
        {coded ? (
          <TextInput
            label="Code"
            description="The six digits that your authenticator app shows, or one of your recovery codes."
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="one-time-code"
            data-autofocus
            autoFocus
            required
          />
        ) : (
          <>
            {used && <Text>Each link opens Studio once. Sign in, or print a fresh one.</Text>}
            <TextInput
              label="Email"
              type="email"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              autoComplete="username"
              required
            />
            <PasswordInput
              label="Password"
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              autoComplete="current-password"
              required
            />
          </>
        )}
      </ActionForm>
      <Divider />
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {coded
            ? "Without your app and without recovery codes, ask an administrator for a new link."
            : "No account, or no password any more? This prints a link where tidings runs. It opens Studio once:"}
        </Text>
        {!coded && <Code label="The command that prints a link">tidings studio</Code>}
      </Stack>
    </Doorstep>
  );
}
