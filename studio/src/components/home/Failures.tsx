import { Group, Loader, Progress, Stack, Text } from "@mantine/core";
import { Card } from "#/components/ui/Card";
import { StatusBadge } from "#/components/ui/StatusBadge";
import type { Insights } from "#/services/insights";

const SHOWN = 8;

/** Why messages and calls came to nothing, the most frequent reason first. */
export function Failures({ insights }: { insights: Insights | undefined }) {
  const lines = [...(insights?.failures ?? [])].sort((one, other) => other.total - one.total).slice(0, SHOWN);
  const most = lines[0]?.total ?? 1;
  return (
    <Card title="Failures by reason">
      {!insights ? (
        <Loader size="sm" />
      ) : lines.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing failed in this time.
        </Text>
      ) : (
        <Stack gap="sm">
          {lines.map(({ of, status, reason, total }) => (
            <div key={`${of} ${status} ${reason}`}>
              <Group justify="space-between" gap="xs" mb={4} wrap="nowrap">
                <Group gap="xs" wrap="nowrap" miw={0}>
                  <StatusBadge status={status} />
                  <Text size="sm" truncate>
                    {reason || (of === "call" ? "a call" : "a message")}
                  </Text>
                </Group>
                <Text size="sm" fw={600}>
                  {total.toLocaleString("en")}
                </Text>
              </Group>
              <Progress value={(100 * total) / most} color="red" size="sm" aria-label={`${reason || status}: ${total}`} />
            </div>
          ))}
        </Stack>
      )}
    </Card>
  );
}
