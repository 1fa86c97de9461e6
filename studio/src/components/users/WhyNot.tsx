import { Alert, Autocomplete, Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Decisions } from "#/components/messages/Decisions";
import { titleOf } from "#/components/messages/words";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { TextLink } from "#/components/ui/links";
import { Loading } from "#/components/ui/Loading";
import { mappedEventsQuery } from "#/services/choices";
import { whyNotQuery } from "#/services/messages";

interface Props {
  id: string;
  /** The event that the address asks about. */
  event: string | undefined;
  ask: (event: string) => void;
}

/** "Why did they not get it?", answered from what was recorded, and from what would be decided now. */
export function WhyNot({ id, event = "", ask }: Props) {
  const [typed, setTyped] = useState(event);
  const { data: events = [] } = useQuery(mappedEventsQuery);
  const { data, error, refetch } = useQuery(whyNotQuery(id, event));
  return (
    <Stack gap="lg">
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          if (typed.trim()) ask(typed.trim());
        }}
      >
        <Group align="flex-end" gap="sm">
          <Autocomplete
            data-search
            flex={1}
            maw={480}
            label="Why did they not get…"
            placeholder="Order Completed"
            description="The name of a track event, or a template’s id"
            data={[...new Set(events.map((each) => titleOf({ event: each, notification: "" })))]}
            limit={30}
            value={typed}
            onChange={setTyped}
          />
          <Button type="submit" disabled={!typed.trim()}>
            Ask
          </Button>
        </Group>
      </form>
      {error ? (
        <Failure error={error} title="It could not be explained" retry={() => void refetch()} />
      ) : !event ? (
        <Text c="dimmed" size="sm">
          Every decision about their newest message or call of that name is told in order, and the same is asked once more with everything as it stands now. Asking sends nothing.
        </Text>
      ) : !data ? (
        <Loading />
      ) : (
        <>
          <Alert variant="light" icon={false} title={`${titleOf({ event, notification: "" })}: the answer`} role="status">
            {data.answer}
            {data.message_id && (
              <Text size="sm" mt={6}>
                <TextLink to="/logs/$id" params={{ id: data.message_id }} size="sm">
                  Open the message
                </TextLink>
              </Text>
            )}
          </Alert>
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
            <Card title="What was decided">
              <Decisions steps={data.steps} />
            </Card>
            {data.now.length > 0 && (
              <Card title="If the same came now">
                <Decisions steps={data.now} />
              </Card>
            )}
          </SimpleGrid>
        </>
      )}
    </Stack>
  );
}
