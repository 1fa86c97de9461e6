import { Text } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Card } from "#/components/ui/Card";
import { Empty } from "#/components/ui/Empty";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { latestEventsQuery } from "#/services/inboundEvents";
import { LatestRow } from "#/components/ui/LatestRow";
import { UserLink } from "#/components/ui/UserLink";

export const LATEST = 10;

/** What came in last, and what became of it. */
export function LatestCalls() {
  const { data, error, refetch } = useQuery(latestEventsQuery(LATEST));
  return (
    <Card title="Latest calls">
      {error ? (
        <Failure error={error} title="Calls could not be read" retry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.results.length === 0 ? (
        <Empty icon={IconPlugConnected} title="Nothing has come in yet">
          Point any of Segment’s libraries at this server, with a source’s write key.
        </Empty>
      ) : (
        <ul style={{ listStyle: "none", margin: 0, padding: 0 }}>
          {data.results.map(({ id, type, name, user_id, anonymous_id, received_at, status, reason, detail }) => (
            <LatestRow
              key={id}
              title={name ? `${type} · ${name}` : type}
              link={{ to: "/events/log/$id", params: { id } }}
              who={<UserLink id={user_id} anonymous={anonymous_id} />}
              at={received_at}
              status={status}
            >
              {(detail || reason) && (
                <Text size="xs" c="dimmed" truncate>
                  {detail || reason}
                </Text>
              )}
            </LatestRow>
          ))}
        </ul>
      )}
    </Card>
  );
}
