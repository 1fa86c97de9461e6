import { Anchor, Button, Grid, Group, Loader, Stack, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Card } from "#/components/ui/Card";
import { Code } from "#/components/ui/Code";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { Note } from "#/components/ui/Note";
import { sum } from "#/services/days";
import { knownEventsQuery, newestKeyQuery } from "#/services/sources";
import { snippetsFor } from "./snippets";

/** The key, the address, and what to paste; and whether anything has come yet. */
export function Connect({ id, watch }: { id: number; watch: () => void }) {
  const { data, error, refetch } = useQuery(newestKeyQuery(id));
  if (error) return <Failure error={error} title="There is no write key to show" retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const snippets = snippetsFor(data.host, data.write_key);
  return (
    <Stack gap="lg">
      <Arrived id={id} watch={watch} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Card title="Key and address">
            <Stack gap="xs">
              <Text size="sm" fw={600}>
                Write key
              </Text>
              <Code label="Write key" wrap>
                {data.write_key}
              </Code>
              <Text size="sm" fw={600} mt="xs">
                Host
              </Text>
              <Code label="Host" wrap>
                {data.host}
              </Code>
              <Text size="xs" c="dimmed">
                A write key is no secret in a browser; on servers and phones, keep it out of what others can read. Rotate it under Settings.
              </Text>
            </Stack>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Card title="Send calls">
            <Tabs defaultValue="python" keepMounted={false} variant="pills">
              <Tabs.List mb="md" aria-label="Libraries">
                {snippets.map(({ key, title }) => (
                  <Tabs.Tab key={key} value={key}>
                    {title}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              {snippets.map(({ key, title, says, code }) => (
                <Tabs.Panel key={key} value={key}>
                  <Text size="sm" mb="xs">
                    {says}
                  </Text>
                  <Code label={`Snippet for ${title}`}>{code}</Code>
                </Tabs.Panel>
              ))}
            </Tabs>
            <Text size="sm" c="dimmed" mt="md">
              Everything else that speaks to Segment works too: put this host in the place of <code>https://api.segment.io</code>. The whole API is{" "}
              <Anchor href="/docs" target="_blank" inherit underline="always">
                described here
              </Anchor>
              .
            </Text>
          </Card>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Arrived({ id, watch }: { id: number; watch: () => void }) {
  const { data } = useQuery({ ...knownEventsQuery(id), refetchInterval: 3000 });
  if (!data) return null;
  const button = (
    <Button variant="default" size="xs" onClick={watch}>
      Watch calls live
    </Button>
  );
  if (data.length === 0) {
    return (
      <Note tone="wait" icon={<Loader size={18} aria-hidden />} title="Waiting for the first call">
        <Group justify="space-between" gap="sm">
          <Text size="sm">Send one with any snippet below; it is noticed here within seconds.</Text>
          {button}
        </Group>
      </Note>
    );
  }
  const calls = sum(data.map(({ count }) => count));
  return (
    <Note tone="good" title="Calls are coming in">
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {calls.toLocaleString("en")} {calls === 1 ? "call" : "calls"} so far, of {data.length} {data.length === 1 ? "event" : "events"}.
        </Text>
        {button}
      </Group>
    </Note>
  );
}
