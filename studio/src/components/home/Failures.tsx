import { Group, Loader, Progress, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Card } from "#/components/ui/Card";
import type { RowLink } from "#/components/ui/dataTableColumns";
import { StatusBadge } from "#/components/ui/StatusBadge";
import type { Insights, Period } from "#/services/insights";
import classes from "#/components/ui/LatestRow.module.css";

const SHOWN = 8;

interface Props {
  insights: Insights | undefined;
  period: Period;
}

/** Why messages and calls came to nothing, the most frequent reason first; each leads to those of the period. */
export function Failures({ insights, period }: Props) {
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
        <Stack gap={0} component="ul" m={0} p={0} className={classes.list ?? ""}>
          {lines.map((line) => {
            const { of, status, reason, total } = line;
            return (
              <li key={`${of} ${status} ${reason}`} className={classes.bar}>
                <Group justify="space-between" gap="xs" mb={4} wrap="nowrap">
                  <Group gap="xs" wrap="nowrap" miw={0}>
                    <StatusBadge status={status} />
                    <Text size="sm" truncate>
                      <Link {...whichOf(line, period)} className={classes.link}>
                        {reason || (of === "call" ? "a call" : "a message")}
                      </Link>
                    </Text>
                  </Group>
                  <Text size="sm" fw={600}>
                    {total.toLocaleString("en")}
                  </Text>
                </Group>
                <Progress value={(100 * total) / most} color="red" size="sm" aria-label={`${reason || status}: ${total}`} />
              </li>
            );
          })}
        </Stack>
      )}
    </Card>
  );
}

const CALLS = { hour: "1h", day: "1d", week: "7d", month: "30d" } as const;
const MESSAGES = { ...CALLS, day: "24h" } as const;

/** The log, filtered by what a line counts. What may have been sent and nobody knows stands there as a failed message. */
function whichOf({ of, status, reason }: Insights["failures"][number], period: Period): RowLink {
  if (of === "call") return { to: "/events/log", search: { status: "DISCARDED", since: CALLS[period] } };
  const isUnknown = status === "UNKNOWN";
  const wanted = { status: isUnknown ? "UNDELIVERABLE" : status, reason: isUnknown ? "FAILED" : reason || undefined };
  return { to: "/logs", search: { ...wanted, since: MESSAGES[period] } };
}
