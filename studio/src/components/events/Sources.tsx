import { Anchor, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { sourcesQuery } from "#/services/sources";

/** Where calls came from, by name. Source 0 is Segment's own Courier destination. */
export function Sources({ ids }: { ids: readonly number[] }) {
  const { data = [] } = useQuery(sourcesQuery);
  return (
    <Group gap="xs" component="span">
      {ids.map((id) =>
        id === 0 ? (
          <Text key={id} span size="sm">
            Segment&apos;s own destination
          </Text>
        ) : (
          <Anchor key={id} size="sm" renderRoot={(props) => <Link {...props} to="/sources/$id" params={{ id: String(id) }} />}>
            {data.find((source) => source.id === id)?.name ?? `source ${id}`}
          </Anchor>
        ),
      )}
    </Group>
  );
}
