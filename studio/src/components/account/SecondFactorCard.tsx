import { Badge, Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "#/api/client";
import { ActionForm } from "#/components/ui/ActionForm";
import { Card } from "#/components/ui/Card";
import { Code } from "#/components/ui/Code";
import { accountQuery, offerSecondFactor, switchSecondFactorOff } from "#/services/account";
import { SecondFactorSetup } from "./SecondFactorSetup";

type Way = "look" | "on" | "off";

/** A code of an app beside the password: on, off, and codes for when the app is lost. */
export function SecondFactorCard({ account }: { account: Schemas["AccountAnswer"] }) {
  const client = useQueryClient();
  const [way, setWay] = useState<Way>("look");
  const [password, setPassword] = useState("");
  const [offer, setOffer] = useState<Schemas["SecondFactorOffer"]>();
  const [codes, setCodes] = useState<string[]>();

  const finish = async (recovery?: string[]) => {
    setWay("look");
    setOffer(undefined);
    setPassword("");
    setCodes(recovery);
    await client.invalidateQueries({ queryKey: accountQuery.queryKey });
  };
  const proceed = async () => {
    if (way === "on") {
      setOffer(await offerSecondFactor(password));
      return;
    }
    await switchSecondFactorOff(password);
    await finish();
  };
  const cancel = (
    <Button variant="default" onClick={() => void finish()}>
      Cancel
    </Button>
  );

  return (
    <Card title="Second factor" aside={<Badge variant="light" color={account.second_factor ? "teal" : "gray"}>{account.second_factor ? "on" : "off"}</Badge>}>
      {codes ? (
        <Stack maw="28rem">
          <Text size="sm">
            These open Studio when your app is lost, each of them once. Print them, or keep them with your passwords. They are not shown
            again.
          </Text>
          <Code label="Recovery codes">{codes.join("\n")}</Code>
          <Button onClick={() => setCodes(undefined)} maw="12rem">
            I have kept them
          </Button>
        </Stack>
      ) : offer ? (
        <SecondFactorSetup offer={offer} password={password} done={finish} cancel={cancel} />
      ) : way === "look" ? (
        <Stack gap="sm">
          <Text size="sm" c="dimmed" maw="42rem">
            With a second factor, signing in asks for a code of an authenticator app on your phone too. Who learns your password is still
            not in.
          </Text>
          <Group>
            <Button variant="default" onClick={() => setWay("on")}>
              {account.second_factor ? "Set up another app" : "Switch on"}
            </Button>
            {account.second_factor && (
              <Button variant="default" onClick={() => setWay("off")}>
                Switch off
              </Button>
            )}
          </Group>
        </Stack>
      ) : (
        <ActionForm verb={way === "on" ? "Continue" : "Switch off"} act={proceed} actions={cancel}>
          <PasswordInput
            label="Current password"
            description="So that nobody does this who finds your browser open."
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            required
          />
        </ActionForm>
      )}
    </Card>
  );
}
