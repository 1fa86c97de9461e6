import { Alert, Anchor, Button, Divider, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Code } from "#/components/ui/Code";
import { Loading } from "#/components/ui/Loading";
import { doorQuery } from "#/services/account";
import { Doorstep } from "./Doorstep";
import { Forgotten } from "./Forgotten";
import { PasswordSignIn } from "./PasswordSignIn";
import { refusalWords } from "./refusals";

interface Props {
  /** Whether a link was opened that had been used before. */
  used: boolean;
  /** Why the identity provider's word did not open Studio. */
  refused: string | undefined;
}

/** Nobody is signed in: with the identity provider, with a password, or with a link. */
export function SignIn({ used, refused }: Props) {
  const { data, isPending } = useQuery(doorQuery);
  const [coded, setCoded] = useState(false);
  const [forgotten, setForgotten] = useState(false);
  const provider = data?.identity_provider;
  const byPassword = data?.password ?? true; // a door that cannot be read still takes the usual key
  if (forgotten) {
    return (
      <Doorstep title="Choose a new password">
        <Forgotten />
        <Anchor component="button" type="button" size="sm" ta="left" onClick={() => setForgotten(false)}>
          Back to sign in
        </Anchor>
      </Doorstep>
    );
  }
  const words = refused ? refusalWords(refused) : undefined;

  return (
    <Doorstep title={coded ? "Enter your code" : used ? "This link has been used" : "Sign in"}>
      {used && !coded && <Text>Each link opens Studio once. Sign in, or print a fresh one.</Text>}
      {words && !coded && (
        <Alert color="red" title={words.title}>
          {words.todo}
        </Alert>
      )}
      {isPending ? (
        <Loading lines={3} />
      ) : (
        <>
          {provider && !coded && (
            <Button component="a" href={startAt(refused !== undefined || used)} variant={byPassword ? "default" : "filled"} fullWidth>
              Sign in with {provider}
            </Button>
          )}
          {provider && byPassword && !coded && <Divider label="or" />}
          {byPassword && <PasswordSignIn coded={coded} askForCode={() => setCoded(true)} />}
          {data?.forgotten && !coded && (
            <Anchor component="button" type="button" size="sm" ta="left" onClick={() => setForgotten(true)}>
              Forgot your password?
            </Anchor>
          )}
        </>
      )}
      <Divider />
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {coded
            ? "Without your app and without recovery codes, ask an administrator for a new link."
            : "No account, or no way in any more? This prints a link where tidings runs. It opens Studio once:"}
        </Text>
        {!coded && <Code label="The command that prints a link">tidings studio</Code>}
      </Stack>
    </Doorstep>
  );
}

/** The way to the identity provider, and back to where one wanted to go: nowhere else, when something was told here. */
function startAt(home: boolean): string {
  const to = home ? "/studio/" : `${location.pathname}${location.search}`;
  return `/studio/oidc/start?${new URLSearchParams({ to })}`;
}
