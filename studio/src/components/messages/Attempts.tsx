import { Group, Stack, Text } from "@mantine/core";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Code } from "#/components/ui/Code";
import { Facts } from "#/components/ui/Facts";
import { StatusBadge } from "#/components/ui/StatusBadge";
import type { Schemas } from "#/api/client";

type Attempt = Schemas["data_logs_message_record_ProviderAnswer"];

/** What each provider that was asked answered. */
export function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  return (
    <Card title="Attempts" aside={attempts.length || undefined}>
      {attempts.length === 0 ? (
        <Text size="sm" c="dimmed">
          No provider has been asked.
        </Text>
      ) : (
        <Stack gap="lg">
          {attempts.map((attempt, index) => (
            <One key={index} attempt={attempt} />
          ))}
        </Stack>
      )}
    </Card>
  );
}

function One({ attempt: { channel, provider, status, sent, error, providerResponse, reference } }: { attempt: Attempt }) {
  const answer = providerResponse ?? error;
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
        }}
      />
      {answer && (
        <Code label={`What ${provider} answered`} wrap>
          {answer}
        </Code>
      )}
    </Stack>
  );
}
