import { Button, Group, Stack, Tabs, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Card } from "#/components/ui/Card";
import { Code } from "#/components/ui/Code";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { latestMessagesQuery, send } from "#/services/messages";
import { firstSourceQuery } from "#/services/sources";
import { snippetsFor } from "#/components/sources/snippets";
import { FIRST_MESSAGE, firstSend } from "./commands";

/** How to begin: a call, a message, and where to see them. */
export function FirstRun() {
  return (
    <Stack maw="56rem">
      <SendCall />
      <SendMessage />
      <Card title="3. Watch it arrive">
        <Text size="sm">
          This page turns into your dashboard as soon as something has come in. Calls that no template is mapped to are kept as <b>UNMAPPED</b>, so nothing is lost
          while you design what they will send.
        </Text>
      </Card>
    </Stack>
  );
}

function SendCall() {
  const { data, error, isPending } = useQuery(firstSourceQuery);
  const all = snippetsFor(data?.host ?? location.origin, data?.writeKey ?? "YOUR_WRITE_KEY");
  return (
    <Card title="1. Send a call" aside={data && `Source: ${data.source.name}`}>
      {isPending ? (
        <Loading />
      ) : (
        <Stack gap="sm">
          <Text size="sm">Any of Segment’s libraries will do. Only its host and its write key change; here both are filled in.</Text>
          {error && <Failure error={error} title="The write key could not be read: fill it in yourself" />}
          <Tabs defaultValue="python" keepMounted={false} variant="pills">
            <Tabs.List mb="sm" aria-label="Libraries">
              {all.map(({ key, title }) => (
                <Tabs.Tab key={key} value={key}>
                  {title}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            {all.map(({ key, title, code }) => (
              <Tabs.Panel key={key} value={key}>
                <Code label={`A first call: ${title}`}>{code}</Code>
              </Tabs.Panel>
            ))}
          </Tabs>
        </Stack>
      )}
    </Card>
  );
}

function SendMessage() {
  const client = useQueryClient();
  const sending = useMutation({
    mutationFn: () => send(FIRST_MESSAGE),
    onSuccess: () => {
      notifications.show({ title: "Accepted", message: "The message is on its way." });
      return client.invalidateQueries({ queryKey: latestMessagesQuery.key });
    },
  });
  return (
    <Card title="2. Send a notification">
      <Stack gap="sm">
        <Text size="sm">With an API key, any of Courier’s libraries sends a message. Without a provider it is kept in the outbox, where it can be looked at.</Text>
        <Code label="A first message" wrap>
          {firstSend(location.origin)}
        </Code>
        <Group gap="sm">
          <Button onClick={() => sending.mutate()} loading={sending.isPending}>
            Send it from here
          </Button>
          <Text size="sm" c="dimmed">
            No key is needed: you are signed in.
          </Text>
        </Group>
        {sending.error && <Failure error={sending.error} title="It was not taken" />}
      </Stack>
    </Card>
  );
}
