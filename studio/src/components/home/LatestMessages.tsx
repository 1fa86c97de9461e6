import { Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Card } from "#/components/ui/Card";
import { Empty } from "#/components/ui/Empty";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { latestEventsQuery } from "#/services/inboundEvents";
import { latestMessagesQuery } from "#/services/messages";
import { LATEST } from "./LatestCalls";
import { eventName } from "#/components/ui/status";
import { LatestRow } from "#/components/ui/LatestRow";
import { UserLink } from "#/components/ui/UserLink";
import { mapEvent } from "./commands";

/** What was sent last, and where it stands. */
export function LatestMessages() {
  const { data, error, refetch } = useQuery(latestMessagesQuery(LATEST));
  const { data: events } = useQuery(latestEventsQuery(LATEST));
  const unmapped = events?.results.find(({ status }) => status === "UNMAPPED")?.name;
  return (
    <Card title="Latest messages">
      {error ? (
        <Failure error={error} title="Messages could not be read" retry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.results.every((message) => message.status === "UNMAPPED") ? (
        <Empty icon={IconSend} title="No messages yet" {...(unmapped ? { command: mapEvent(location.origin, unmapped) } : {})}>
          {unmapped ? `Nothing says yet what ${unmapped} sends. This makes a template for it; the next call becomes a message.` : "Map an event to a published template, and its next call becomes one."}
        </Empty>
      ) : (
        <ul style={{ listStyle: "none", margin: 0, padding: 0 }}>
          {data.results.map(({ id, event, notification, recipient, enqueued, status, reason, error: words }) => (
            <LatestRow
              key={id}
              title={eventName(event) || notification || "inline content"}
              link={{ to: "/logs/$id", params: { id } }}
              who={<UserLink id={recipient} />}
              at={enqueued}
              status={status}
            >
              {(reason ?? words) && (
                <Text size="xs" c="dimmed" truncate>
                  {[reason, words].filter(Boolean).join(" · ")}
                </Text>
              )}
            </LatestRow>
          ))}
        </ul>
      )}
    </Card>
  );
}
