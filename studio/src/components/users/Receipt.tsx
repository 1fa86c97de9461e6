import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Facts } from "#/components/ui/Facts";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { regulationQuery } from "#/services/regulations";

function Outcome({ status, error }: { status: string; error: string }) {
  return (
    <Group gap="xs">
      <StatusBadge status={status} />
      {error}
    </Group>
  );
}

/** What became of a request to suppress or delete: its receipt. */
export function Receipt({ id, close }: { id: string; close: () => void }) {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(regulationQuery(id));
  const isDone = Boolean(data?.finishedAt);

  useEffect(() => {
    if (isDone) void client.invalidateQueries({ predicate: ({ queryKey: [noun] }) => noun === "users" || noun === "profiles" });
  }, [client, isDone]);

  if (error) return <Failure error={error} title="The receipt could not be read" retry={() => void refetch()} />;
  if (!data) return <Loading lines={3} />;
  const erased = Object.entries(data.erased).filter(([, count]) => count > 0);
  return (
    <Card title="Receipt" aside={<StatusBadge status={data.overallStatus} />}>
      <Stack gap="sm">
        {!isDone && <Progress value={100} animated aria-label="A worker is at it" />}
        <Facts
          of={{
            Request: data.id,
            "What was asked": data.regulationType,
            "Asked by": data.askedBy,
            Asked: <Ago at={data.createdAt} />,
            Finished: data.finishedAt && <Ago at={data.finishedAt} />,
            "Held up by": data.error,
          }}
        />
        <div>
          <Text size="sm" fw={550} mb={4}>
            {isDone ? (erased.length ? "What was erased" : "Nothing was erased.") : "What was erased so far"}
          </Text>
          <Facts of={Object.fromEntries(erased.map(([what, count]) => [what.replaceAll("_", " "), count.toLocaleString("en")]))} />
        </div>
        {!isDone && (
          <Text size="sm" c="dimmed">
            A worker looks again in two minutes, for what was under way meanwhile. This page can be left: its address leads back to the receipt.
          </Text>
        )}
        {data.streamStatus.length > 0 && (
          <div>
            <Text size="sm" fw={550} mb={4}>
              At destinations
            </Text>
            <Facts
              of={Object.fromEntries(
                data.streamStatus.flatMap(({ destinationStatus }) =>
                  destinationStatus.map(({ name, status, errString }) => [name, <Outcome key={name} status={status} error={errString} />]),
                ),
              )}
            />
          </div>
        )}
        <Group>
          <Button size="xs" variant="default" onClick={close}>
            Close the receipt
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
