import { Anchor, Center, List, Paper, Stack, Text, Title } from "@mantine/core";
import type { Schemas } from "#/api/client";
import { addressOf } from "#/api/environment";

/** The address names an environment that is not here. */
export function UnknownEnvironment({ asked, session }: { asked: string; session: Schemas["SignedIn"] }) {
  const names = session.environments.map((each) => each.name);
  return (
    <Center component="main" mih="100dvh" p="md">
      <title>Unknown environment · tidings</title>
      <Paper withBorder p="xl" maw="30rem" w="100%">
        <Stack>
          <Title order={1} size="h3">
            There is no environment “{asked}”
          </Title>
          <Text>These are here:</Text>
          <List>
            {names.map((name) => (
              <List.Item key={name}>
                <Anchor href={addressOf(name, names)}>{name}</Anchor>
              </List.Item>
            ))}
          </List>
        </Stack>
      </Paper>
    </Center>
  );
}
