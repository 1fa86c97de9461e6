import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Facts } from "#/components/ui/Facts";
import { Failure } from "#/components/ui/Failure";
import { Note } from "#/components/ui/Note";
import { useChange } from "#/services/changing";
import { channelsOf, checkProvider, type Provider, providerCatalogQuery, providersQuery, rankOf } from "#/services/providers";
import { milliseconds } from "./ProviderList";
import { ProviderState } from "./ProviderState";
import { ProviderSwitch } from "./ProviderSwitch";

/** How it answered of late, when it is asked, and whether it would take a message now. */
export function ProviderHealth({ provider }: { provider: Provider }) {
  const { data: all } = useQuery(providersQuery);
  const { data: catalog } = useQuery(providerCatalogQuery);
  const check = useChange(checkProvider);
  const shown = all?.find(({ id }) => id === provider.id) ?? provider; // which is read again every few seconds
  const { health } = shown;
  const share = health.success_rate;
  const rank = all && catalog ? rankOf(shown, all, channelsOf(catalog)) : 0;

  return (
    <Card title="Health" aside={<ProviderSwitch provider={shown} label={`${provider.title} is asked`} />}>
      <Stack>
        <Group gap="xs">
          <ProviderState provider={shown} />
          <Text size="sm">{standing(shown)}</Text>
        </Group>
        {share !== null ? (
          <>
            <div>
              <Group justify="space-between" mb={6}>
                <Text size="sm">Attempts that were taken</Text>
                <Text size="sm" fw={600}>{`${Math.floor(share * 1000) / 10} %`}</Text>
              </Group>
              <Progress value={share * 100} color={share > 0.95 ? "teal" : share > 0.7 ? "yellow" : "red"} aria-label="Attempts that were taken" />
            </div>
            <Facts
              of={{
                Attempts: `${health.attempts.toLocaleString("en")} in ${health.window_s / 60} minutes`,
                Taken: health.sent.toLocaleString("en"),
                Refused: health.undeliverable.toLocaleString("en"),
                "Tried again": health.retried.toLocaleString("en"),
                Unknown: health.unknown.toLocaleString("en"),
                "Answers after": `${milliseconds(health.p50_ms)}; of twenty, nineteen within ${milliseconds(health.p95_ms)}`,
              }}
            />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            Nobody asked it in the last {health.window_s / 60} minutes.
          </Text>
        )}
        {health.last_error && (
          <Note tone="bad" title="The newest error of its own">
            {health.last_error}
            {health.last_error_at !== null && (
              <Text size="xs" c="dimmed">
                <Ago at={health.last_error_at} />
              </Text>
            )}
          </Note>
        )}
        <Text size="sm" c="dimmed">
          {rank === 1 ? "It is asked first on its channel." : rank > 1 ? `It is asked when ${rank - 1} other ${rank === 2 ? "account" : "accounts"} of its channel could not deliver.` : "It is off: nothing goes by it."}
        </Text>
        <Group>
          <Button variant="default" loading={check.isPending} onClick={() => check.mutate(provider.id)}>
            Log in now
          </Button>
          <Text size="xs" c="dimmed" flex={1} miw="12rem">
            Asks the service whether it knows this account. Nothing is sent.
          </Text>
        </Group>
        {check.error && <Failure error={check.error} title="It could not be tried" />}
        {check.data && (
          <Note tone={check.data.ok ? "good" : "bad"} title={check.data.ok ? "It works" : "It does not work"}>
            {check.data.detail}
          </Note>
        )}
      </Stack>
    </Card>
  );
}

/** What its circuit means. */
function standing({ enabled, health: { circuit, parked_until } }: Provider): string {
  if (!enabled) return "Switched off.";
  if (circuit === "trying") return "It was left alone, and is tried again one message at a time.";
  if (circuit === "closed") return "Messages may go by it.";
  return `It took nothing, so others are asked until ${new Date(parked_until ?? 0).toLocaleTimeString()}.`;
}
