import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Facts } from "#/components/ui/Facts";
import { Failure } from "#/components/ui/Failure";
import { Json } from "#/components/ui/Json";
import { TextLink } from "#/components/ui/links";
import { Loading } from "#/components/ui/Loading";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { inboundEventQuery } from "#/services/inboundEvents";

/** What a message came from: the call that is mapped to it, or the request that asked for it. */
export function Cause({ id, enqueued }: { id: string; enqueued: Record<string, unknown> | undefined }) {
  const { data: call, error, refetch } = useQuery(inboundEventQuery(id));
  return (
    <Card title="What it came from" aside={call && <StatusBadge status={call.status} />}>
      {error ? (
        <Failure error={error} title="The call could not be read" retry={() => void refetch()} />
      ) : call === undefined ? (
        <Loading lines={3} />
      ) : call ? (
        <Stack gap="sm">
          <Facts of={{ Call: call.name ? `${call.type} · ${call.name}` : call.type, Received: <Ago at={call.received_at} />, "Call’s id": call.message_id }} />
          <TextLink to="/events/log/$id" params={{ id }} size="sm">
            Open the call
          </TextLink>
          <Json value={call.call} label="The call as it came" />
        </Stack>
      ) : (
        <Stack gap="sm">
          <Text size="sm">{typeof enqueued?.resend_of === "string" ? `Another message was sent again: ${enqueued.resend_of}.` : "A request asked for it: POST /send, a list, a digest or a bulk job."}</Text>
          {enqueued && <Json value={{ data: enqueued.data, profile: enqueued.profile }} label="What the request brought" />}
        </Stack>
      )}
    </Card>
  );
}
