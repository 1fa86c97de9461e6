import { Accordion, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Code } from "#/components/ui/Code";
import { Facts } from "#/components/ui/Facts";
import { StatusBadge } from "#/components/ui/StatusBadge";
import type { Schemas } from "#/api/client";
import { AttemptRequest } from "./AttemptRequest";
import classes from "./Attempts.module.css";

type Attempt = Schemas["data_logs_message_record_ProviderAnswer"];

const FLAT = {
  item: classes.item ?? "",
  control: classes.flat ?? "",
  chevron: classes.chevron ?? "",
  label: classes.label ?? "",
  content: classes.flat ?? "",
};

interface Props {
  id: string;
  /** What changes when something happened to the message. */
  stamp: string;
  attempts: readonly Attempt[];
}

/** What each provider was asked, and what it answered. */
export function Attempts({ id, stamp, attempts }: Props) {
  return (
    <Card title="Attempts" aside={attempts.length || undefined}>
      {attempts.length === 0 ? (
        <AttemptRequest id={id} stamp={stamp} index={0} />
      ) : (
        <Stack gap="lg">
          {attempts.map((attempt, index) => (
            <One key={index} attempt={attempt} request={<AttemptRequest id={id} stamp={stamp} index={index} />} />
          ))}
        </Stack>
      )}
    </Card>
  );
}

function One({ attempt, request }: { attempt: Attempt; request: ReactNode }) {
  const { channel, provider, status, sent, error, reference } = attempt;
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={550}>
          {`${provider} · ${channel.name}`}
        </Text>
        <StatusBadge status={status ?? "waits"} />
      </Group>
      <Facts
        of={{
          Sent: sent && <Ago at={sent} />,
          Reference: typeof reference?.id === "string" ? reference.id : undefined,
          Error: error,
        }}
      />
      <Accordion multiple keepMounted={false} chevronPosition="left" classNames={FLAT}>
        <Accordion.Item value="request">
          <Accordion.Control>Request</Accordion.Control>
          <Accordion.Panel>{request}</Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="response">
          <Accordion.Control>Response</Accordion.Control>
          <Accordion.Panel>
            <Answer attempt={attempt} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}

/** What the provider answered, as far as it is kept. */
function Answer({ attempt: { provider, status, error, providerResponse, reference } }: { attempt: Attempt }) {
  const taken = typeof reference?.id === "string" ? reference.id : undefined;
  const refusal = providerResponse ?? error;
  const words = refusal ? undefined : taken ? "It took the message, and knows it as" : status === undefined ? "No answer is on record." : "It took the message, and gave no reference.";
  return (
    <Stack gap="xs">
      {words && (
        <Text size="sm" c="dimmed">
          {words}
        </Text>
      )}
      {(refusal ?? taken) && (
        <Code label={`What ${provider} answered`} wrap>
          {refusal ?? taken ?? ""}
        </Code>
      )}
    </Stack>
  );
}
