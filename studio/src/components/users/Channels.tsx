import { Group, SimpleGrid, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { OpenAgain } from "#/components/suppressions/OpenAgain";
import { meant } from "#/components/suppressions/words";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import type { Schemas } from "#/api/client";
import { userChannelsQuery } from "#/services/userChannels";
import { Devices } from "./Devices";
import classes from "./users.module.css";

/** By which channels a user can be reached, and on which devices. */
export function Channels({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(userChannelsQuery(id));
  const client = useQueryClient();
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
      <Card title="Reachable by">
        {error ? (
          <Failure error={error} title="The channels could not be asked" retry={() => void refetch()} />
        ) : !data ? (
          <Loading lines={4} />
        ) : (
          <Stack gap={0}>
            {data.results.map((reach) => (
              <One key={reach.channel} reach={reach} changed={() => client.invalidateQueries({ queryKey: ["users", id] })} />
            ))}
          </Stack>
        )}
      </Card>
      <Devices id={id} />
    </SimpleGrid>
  );
}

interface OneProps {
  reach: Schemas["ChannelReach"];
  /** Is called when it was opened again. */
  changed: () => Promise<unknown>;
}

function One({ reach: { channel, is_reachable, why, providers, addresses, suppression }, changed }: OneProps) {
  return (
    <div className={`${classes.row} ${classes.reach}`}>
      <ThemeIcon size={26} radius="xl" variant="light" color={is_reachable ? "teal" : "gray"}>
        {is_reachable ? <IconCheck size={15} stroke={2} aria-label="reachable" /> : <IconX size={15} stroke={2} aria-label="not reachable" />}
      </ThemeIcon>
      <div className={classes.name}>
        <Text size="sm" fw={550}>
          {channel}
        </Text>
        <Text size="sm">{why}</Text>
        {addresses.length > 0 && (
          <Text size="xs" c="dimmed">
            {`${addresses.join(", ")}${providers.length ? ` · by ${providers.join(", ")}` : ""}`}
          </Text>
        )}
        {suppression && (
          <Group gap="sm" mt={4}>
            <Text size="xs" c="dimmed">
              {meant(suppression).value}
            </Text>
            <OpenAgain address={suppression} changed={changed} />
          </Group>
        )}
      </div>
    </div>
  );
}
