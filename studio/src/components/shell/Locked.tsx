import { Button, Center, Paper, Stack, Text, Title } from "@mantine/core";
import { Code } from "#/components/ui/Code";

/** Nobody is signed in: how to get a link. */
export function Locked({ used }: { used: boolean }) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <title>Studio is locked · tidings</title>
      <Paper withBorder p="xl" maw="30rem" w="100%">
        <Stack>
          <Title order={1} size="h3">
            {used ? "This link has been used" : "Studio is locked"}
          </Title>
          <Text>
            {used ? "Each link opens Studio once. " : "Studio opens with a link that works once. "}
            Print a fresh one where tidings runs, and open it in this browser:
          </Text>
          <Code label="The command that prints a link">tidings studio</Code>
          <Button variant="default" onClick={() => location.reload()}>
            Look again
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
