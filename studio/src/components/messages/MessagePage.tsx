import { Alert, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Code } from "#/components/ui/Code";
import { Facts } from "#/components/ui/Facts";
import { Failure } from "#/components/ui/Failure";
import { TextLink } from "#/components/ui/links";
import { Loading } from "#/components/ui/Loading";
import { Page } from "#/components/ui/Page";
import { eventName, toneOf } from "#/components/ui/status";
import { useBack } from "#/components/ui/useBack";
import type { Schemas } from "#/api/client";
import { explanationQuery, historyQuery, messageQuery, outputsQuery, stampOf } from "#/services/messages";
import { Attempts } from "./Attempts";
import { Cause } from "./Cause";
import { Decisions } from "./Decisions";
import { MessageActions } from "./MessageActions";
import { Outputs } from "./Outputs";
import { storyOf } from "./story";
import { Timeline } from "./Timeline";
import { titleOf } from "./words";

interface Props {
  id: string;
  channel: string | undefined;
  chooseChannel: (channel: string) => void;
}

/** One message: where it stands, and why. */
export function MessagePage({ id, ...rest }: Props) {
  useBack("/logs");
  const { data: message, error, refetch } = useQuery(messageQuery(id));
  if (error && !message) {
    return (
      <Page title="Message" description={`There may be no message ${id} in this environment, or not any more.`}>
        <Failure error={error} title="The message could not be read" retry={() => void refetch()} />
      </Page>
    );
  }
  return message ? <Known key={id} message={message} {...rest} /> : <Loading lines={12} />;
}

function Known({ message, channel, chooseChannel }: { message: Schemas["MessageRecord"] } & Omit<Props, "id">) {
  const { id, status, recipient, providers = [] } = message;
  const stamp = stampOf(message);
  const history = useQuery(historyQuery(id, stamp));
  const explanation = useQuery(explanationQuery(id, stamp));
  const outputs = useQuery(outputsQuery(id, stamp));
  const lines = history.data?.results ?? [];

  return (
    <Page
      title={titleOf(message)}
      description={
        <>
          To{" "}
          <TextLink to="/users/$id" params={{ id: recipient }}>
            {recipient}
          </TextLink>
          , <Ago at={message.enqueued} />
        </>
      }
      actions={<MessageActions id={id} status={status} recipient={recipient} />}
    >
      <Alert color={toneOf(status)} variant="light" icon={false} role="status">
        <Text size="sm" fw={550}>
          {explanation.data?.answer ?? message.error ?? status}
        </Text>
      </Alert>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Stack gap="lg">
          <Card title="What happened">
            {history.error ? (
              <Failure error={history.error} title="The history could not be read" retry={() => void history.refetch()} />
            ) : history.data ? (
              <Timeline story={storyOf(lines, explanation.data?.steps ?? [])} />
            ) : (
              <Loading />
            )}
          </Card>
          {explanation.data?.now && explanation.data.now.length > 0 && (
            <Card title="If the same came now" aside="asked anew, sends nothing">
              <Decisions steps={explanation.data.now} />
            </Card>
          )}
        </Stack>
        <Stack gap="lg">
          {outputs.error ? (
            <Failure error={outputs.error} title="What was written could not be read" retry={() => void outputs.refetch()} />
          ) : (
            <Outputs outputs={outputs.data?.results ?? []} channel={channel} choose={chooseChannel} />
          )}
          <Attempts id={id} stamp={stamp} attempts={providers} />
          <Cause id={id} enqueued={lines.find(({ type }) => type === "ENQUEUED")} />
          <MessageFacts message={message} />
        </Stack>
      </SimpleGrid>
      <Card title="As JSON">
        <Code label="The message as JSON">{JSON.stringify({ ...message, history: lines }, null, 2)}</Code>
      </Card>
    </Page>
  );
}

function EventLink({ id }: { id: string }) {
  const name = eventName(id);
  if (name === id) return id;
  return (
    <TextLink to="/events/details" search={{ type: "track", name }} size="sm">
      {name}
    </TextLink>
  );
}

function MessageFacts({ message }: { message: Schemas["MessageRecord"] }) {
  const time = (at: number | undefined) => at && <Ago at={at} />;
  return (
    <Card title="Facts">
      <Facts
        of={{
          Id: message.id,
          Event: message.event && <EventLink id={message.event} />,
          Template: message.notification && (
            <TextLink to="/templates/$id" params={{ id: message.notification }} size="sm">
              {message.notification}
            </TextLink>
          ),
          Channel: message.channel,
          Provider: message.provider,
          Reason: message.reason,
          List: message.listId,
          "List’s request": message.listMessageId,
          Enqueued: time(message.enqueued),
          Sent: time(message.sent),
          Delivered: time(message.delivered),
          Opened: time(message.opened),
          Clicked: time(message.clicked),
          Canceled: time(message.canceledAt),
        }}
      />
    </Card>
  );
}
