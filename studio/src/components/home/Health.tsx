import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { Facts } from "#/components/ui/Facts";
import { Loading } from "#/components/ui/Loading";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { healthQuery } from "#/services/health";

/** How every component does. */
export function Health() {
  const { data, error, refetch } = useQuery(healthQuery);
  return (
    <Card title="Health" aside={data && <StatusBadge status={data.status} />}>
      {error ? (
        <Failure error={error} title="Health could not be read" retry={() => void refetch()} />
      ) : data ? (
        <Facts of={Object.fromEntries(Object.entries(data.components).map(([name, word]) => [name, <Word key={name} word={word} />]))} />
      ) : (
        <Loading lines={3} />
      )}
    </Card>
  );
}

function Word({ word }: { word: string }) {
  return word === "ok" ? (
    <Text size="sm">works</Text>
  ) : (
    <Group gap="xs">
      <Text size="sm" c="red">
        {word}
      </Text>
    </Group>
  );
}
