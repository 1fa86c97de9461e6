import { useQuery } from "@tanstack/react-query";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { LatestRow } from "#/components/ui/LatestRow";
import { TextLink } from "#/components/ui/links";
import { Loading } from "#/components/ui/Loading";
import { UserLink } from "#/components/ui/UserLink";
import { latestCallsQuery } from "#/services/eventLog";
import type { Kind } from "./search";

/** The newest calls of one event: each leads to the call, its user, and what it sent. */
export function LatestCalls({ type, name }: { type: Kind; name: string }) {
  const { data, error, refetch } = useQuery(latestCallsQuery(type, name));
  return (
    <Card title="Latest calls">
      {error ? (
        <Failure error={error} title="Calls could not be read" retry={() => void refetch()} />
      ) : !data ? (
        <Loading lines={5} />
      ) : data.results.length === 0 ? (
        "Its calls are older than what the log keeps."
      ) : (
        <ul style={{ listStyle: "none", margin: 0, padding: 0 }}>
          {data.results.map(({ id, message_id: call, user_id: user, anonymous_id: anonymous, received_at: at, status }) => (
            <LatestRow
              key={id}
              title={call}
              link={{ to: "/events/log/$id", params: { id } }}
              who={
                <>
                  {status === "MAPPED" && (
                    <>
                      <TextLink to="/logs/$id" params={{ id }} inherit>
                        its message
                      </TextLink>
                      {" · "}
                    </>
                  )}
                  <UserLink id={user} anonymous={anonymous} />
                </>
              }
              at={at}
              status={status}
            />
          ))}
        </ul>
      )}
    </Card>
  );
}
