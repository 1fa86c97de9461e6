import { Badge, Group, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Schemas } from "#/api/client";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Loaded } from "#/components/ui/Loaded";
import { endSession, sessionsQuery, signOutEverywhere } from "#/services/account";
import { browserOf } from "./browser";

/** The browsers in which I am signed in. */
export function Sessions() {
  const sessions = useQuery(sessionsQuery);
  const everywhere = async () => {
    await signOutEverywhere();
    location.assign("/studio/");
  };
  return (
    <Card
      title="Where you are signed in"
      aside={
        <ConfirmButton size="xs" verb="Sign out everywhere" question="All your browsers are signed out, this one too." act={everywhere}>
          Sign out everywhere
        </ConfirmButton>
      }
    >
      <Loaded query={sessions}>
        {({ results }) => (
          <Stack gap="md">
            {results.map((session) => (
              <Session key={session.id} session={session} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}

function Session({ session }: { session: Schemas["SessionAnswer"] }) {
  const client = useQueryClient();
  const end = async () => {
    await endSession(session.id);
    await client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  };
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <div>
        <Group gap="xs">
          <Text size="sm" fw={550}>
            {browserOf(session.agent)}
          </Text>
          {session.current && <Badge variant="light">this one</Badge>}
        </Group>
        <Text size="sm" c="dimmed" component="div">
          signed in <Ago at={session.created} />
          {session.address && <> from {session.address}</>}, used <Ago at={session.seen} />
        </Text>
      </div>
      {!session.current && (
        <ConfirmButton size="xs" verb="Sign out" question="That browser has to sign in again." act={end}>
          Sign out
        </ConfirmButton>
      )}
    </Group>
  );
}
