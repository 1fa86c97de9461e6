import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Card } from "#/components/ui/Card";
import { Facts } from "#/components/ui/Facts";
import { Failure } from "#/components/ui/Failure";
import { Note } from "#/components/ui/Note";
import { useChange } from "#/services/changing";
import { answersQuery, channelsOf, checkProvider, type Provider, providerCatalogQuery, providersQuery, rankOf, successOf } from "#/services/providers";
import { milliseconds } from "./ProviderList";

/** How it answered of late, when it is asked, and whether it would take a message now. */
export function ProviderHealth({ provider, channel }: { provider: Provider; channel: string }) {
  const { data: answers, error, refetch } = useQuery(answersQuery);
  const { data: all } = useQuery(providersQuery);
  const { data: catalog } = useQuery(providerCatalogQuery);
  const check = useChange(checkProvider);
  const found = answers?.find((each) => each.provider === provider.provider && each.channel === channel);
  const share = found ? successOf(found) : null;
  const rank = all && catalog ? rankOf(provider, all, channelsOf(catalog)) : 0;
  const accounts = all?.filter((each) => each.provider === provider.provider).length ?? 1;

  return (
    <Card title="Health" aside="the last 24 hours">
      <Stack>
        {error && <Failure error={error} title="The counts could not be read" retry={() => void refetch()} />}
        {found && share !== null ? (
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
                Attempts: found.attempts.toLocaleString("en"),
                Taken: found.sent.toLocaleString("en"),
                Refused: found.undeliverable.toLocaleString("en"),
                "Tried again": found.retried.toLocaleString("en"),
                Unknown: found.unknown.toLocaleString("en"),
                "Answers after": `${milliseconds(found.average_ms)} on average`,
              }}
            />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            It has not been asked in this time.
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {rank === 1 ? "It is asked first on its channel." : rank > 1 ? `It is asked when ${rank - 1} older ${rank === 2 ? "account" : "accounts"} of its channel could not deliver.` : ""}
          {accounts > 1 && ` The counts are of all ${accounts} accounts at this provider together.`}
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
