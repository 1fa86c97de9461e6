import { Group, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Schemas } from "#/api/client";
import { ActionForm } from "#/components/ui/ActionForm";
import { Code } from "#/components/ui/Code";
import { switchSecondFactorOn } from "#/services/account";
import { QrCode } from "./QrCode";

interface Props {
  offer: Schemas["SecondFactorOffer"];
  password: string;
  done: (recovery: string[]) => Promise<void>;
  cancel: ReactNode;
}

/** The app learns the secret by its camera or by hand, and proves it with a code. */
export function SecondFactorSetup({ offer, password, done, cancel }: Props) {
  const [code, setCode] = useState("");

  const act = async () => {
    const { recovery_codes } = await switchSecondFactorOn({ current_password: password, secret: offer.secret, code });
    await done(recovery_codes);
  };

  return (
    <Group align="flex-start" gap="xl">
      <QrCode label="QR code for an authenticator app">{offer.url}</QrCode>
      <Stack flex="1 1 16rem" maw="28rem">
        <Text size="sm">Scan this with an authenticator app, or type the secret into it:</Text>
        <Code label="Secret" wrap>
          {offer.secret}
        </Code>
        <ActionForm verb="Switch on" act={act} actions={cancel} failure="Not switched on">
          <TextInput
            label="Code"
            description="The six digits that the app shows now."
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="one-time-code"
            inputMode="numeric"
            required
          />
        </ActionForm>
      </Stack>
    </Group>
  );
}
