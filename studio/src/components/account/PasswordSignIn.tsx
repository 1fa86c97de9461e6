import { PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { ActionForm } from "#/components/ui/ActionForm";
import { signIn } from "#/services/account";

interface Props {
  /** Whether the password was right, and a code is still needed. */
  coded: boolean;
  askForCode: () => void;
}

/** With a password, and a code where one is asked for. */
export function PasswordSignIn({ coded, askForCode }: Props) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");

  const act = async () => {
    const { code_required } = await signIn({ email, password, code });
    if (code_required) askForCode();
    else location.reload(); // the address is where one wanted to go
  };

  return (
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
  );
}
