import { Anchor, Button, SimpleGrid, Stack } from "@mantine/core";
import { IconBolt, IconListSearch, IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Empty } from "#/components/ui/Empty";
import { Facts } from "#/components/ui/Facts";
import { Failure } from "#/components/ui/Failure";
import { Json } from "#/components/ui/Json";
import { Loading } from "#/components/ui/Loading";
import { Page } from "#/components/ui/Page";
import { eventId } from "#/components/messages/words";
import { callQuery } from "#/services/eventLog";
import { type EventDetails, eventQuery } from "#/services/eventNames";
import { LatestCalls } from "./LatestCalls";
import { MappingEditor } from "./MappingEditor";
import { Properties } from "./Properties";
import type { Kind } from "./search";
import { Sources } from "./Sources";

const DaysChart = lazy(() => import("./DaysChart"));

interface Props {
  type: Kind;
  name: string;
}

/** One event: how often it comes, what its calls look like, and which notification it sends. */
export function EventPage({ type, name }: Props) {
  const { data, error, refetch } = useQuery(eventQuery(type, name));
  const log = (
    <>
      <Button
        renderRoot={(props) => <Link {...props} to="/events/log" search={name ? { type, name } : { type }} />}
        variant="default"
        leftSection={<IconListSearch size={16} aria-hidden />}
      >
        See its calls
      </Button>
      {type === "track" && (
        <Button renderRoot={(props) => <Link {...props} to="/logs" search={{ event: eventId(name) }} />} variant="default" leftSection={<IconSend size={16} aria-hidden />}>
          See its messages
        </Button>
      )}
    </>
  );
  return (
    <Page title={name || type} description={`${/^[aeiou]/.test(type) ? "An" : "A"} ${type} event.`} actions={log}>
      {type === "track" && (
        <Card title="Notification">
          <MappingEditor event={data?.event ?? `Segment-TrackEvent:${name}`} />
        </Card>
      )}
      {data === null ? (
        <Empty icon={IconBolt} title="No source has sent it yet" command={`analytics.track(${JSON.stringify(name)})`}>
          It may be mapped before its first call comes. What its calls look like is known some seconds after that.
        </Empty>
      ) : error ? (
        <Failure error={error} title="The event could not be read" retry={() => void refetch()} />
      ) : data ? (
        <Known event={data} type={type} name={name} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Known({ event, type, name }: Props & { event: EventDetails }) {
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Card title="Calls by day">
          <Suspense fallback={<Loading />}>
            <DaysChart days={event.days} />
          </Suspense>
        </Card>
        <Card title="What is known">
          <Facts
            of={{
              Calls: event.count.toLocaleString("en"),
              "First seen": <Ago at={event.first_seen} />,
              "Last seen": <Ago at={event.last_seen} />,
              Sources: <Sources ids={event.sources} />,
              "Event id": event.event,
            }}
          />
        </Card>
      </SimpleGrid>
      <Card title="Schema" aside="from its calls; values are never kept">
        <Properties of={event.properties} />
      </Card>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <LatestCalls type={type} name={name} />
        {event.sample_id && <Sample id={event.sample_id} />}
      </SimpleGrid>
    </Stack>
  );
}

function Sample({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(callQuery(id));
  return (
    <Card
      title="The newest call"
      aside={<Anchor size="sm" renderRoot={(props) => <Link {...props} to="/events/log/$id" params={{ id }} />}>In the log</Anchor>}
    >
      {error ? <Failure error={error} retry={() => void refetch()} /> : data ? <Json value={data.call} label="A sample" /> : <Loading />}
    </Card>
  );
}
