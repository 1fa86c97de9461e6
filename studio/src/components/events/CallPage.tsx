import { Alert, Anchor, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Facts } from "#/components/ui/Facts";
import { Failure } from "#/components/ui/Failure";
import { Json } from "#/components/ui/Json";
import { TextLink } from "#/components/ui/links";
import { Loading } from "#/components/ui/Loading";
import { Page } from "#/components/ui/Page";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { UserLink } from "#/components/ui/UserLink";
import type { Schemas } from "#/api/client";
import { callQuery } from "#/services/eventLog";
import { MappingEditor } from "./MappingEditor";
import { KINDS } from "./search";
import { Sources } from "./Sources";

/** One call of the log: what came, what became of it, and what to do so that the next one is sent. */
export function CallPage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(callQuery(id));
  return (
    <Page title={data ? (data.name ?? data.type) : "A call"} description={data && `${/^[aeiou]/.test(data.type) ? "An" : "A"} ${data.type} call, as it came in.`}>
      {error ? <Failure error={error} title="The call could not be read" retry={() => void refetch()} /> : data ? <Call call={data} /> : <Loading />}
    </Page>
  );
}

function Call({ call }: { call: Schemas["EventRecord"] }) {
  const kind = KINDS.find((each) => each === call.type);
  const name = call.name ?? "";
  return (
    <Stack gap="lg">
      {call.event && (
        <Card title="Map to notification" aside={call.status === "UNMAPPED" ? "this call sent nothing" : undefined}>
          <MappingEditor event={call.event} />
        </Card>
      )}
      {call.warnings.length > 0 && (
        <Alert color="yellow" variant="light" title="It was taken, but something is odd about it">
          {call.warnings.join(", ")}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Card title="What became of it">
          <Facts
            of={{
              Status: <StatusBadge status={call.status} />,
              Why: [call.reason, call.detail].filter(Boolean).join(": "),
              Event: kind && (
                <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/events/details" search={{ type: kind, name }} />}>{name || call.type}</Anchor>
              ),
              User: <UserLink id={call.user_id} anonymous={call.anonymous_id} />,
              Message: call.status === "MAPPED" && (
                <TextLink to="/logs/$id" params={{ id: call.id }} size="sm">
                  What was sent, and why
                </TextLink>
              ),
              Source: <Sources ids={[call.source_id]} />,
              Received: <Ago at={call.received_at} />,
              Happened: <Ago at={call.timestamp} />,
              "Message id": call.message_id,
              Id: call.id,
            }}
          />
        </Card>
        <Card title="The user now" aside="their profile as it stands">
          {call.profile ? <Json value={call.profile} label="Profile" /> : <Text size="sm">There is no profile.</Text>}
        </Card>
      </SimpleGrid>
      <Card title="Payload">
        <Json value={call.call} label="As it came in" />
      </Card>
    </Stack>
  );
}
