import { Button, Group, Modal, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowsSort } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Arranged } from "#/components/ui/Arranged";
import { moved } from "#/components/ui/arranging";
import { Failure } from "#/components/ui/Failure";
import { useChange } from "#/services/changing";
import { arrangeProviders, channelsOf, type Provider, providerCatalogQuery, PROVIDERS, providersQuery } from "#/services/providers";
import { CHANNELS } from "./channels";
import { ProviderState } from "./ProviderState";
import { ProviderSwitch } from "./ProviderSwitch";

/** In which order the accounts of each channel are asked, and which are asked at all. */
export function ProviderOrder() {
  const [opened, { open, close }] = useDisclosure();
  const { data: all } = useQuery(providersQuery);
  const { data: catalog } = useQuery(providerCatalogQuery);
  const arrange = useChange(arrangeProviders, PROVIDERS);
  if (!all?.length) return null;
  const channels = channelsOf(catalog ?? []);
  const names = new Map(catalog?.map(({ provider, name }) => [provider, name]));
  const named = (each: Provider) => `${names.get(each.provider) ?? each.provider}, ${each.title}`;
  const inUse = [...new Set(all.map(({ provider }) => channels.get(provider) ?? ""))];
  const move = (channel: string, from: number, to: number) => {
    const mine = all.filter(({ provider }) => (channels.get(provider) ?? "") === channel);
    const others = all.filter((each) => !mine.includes(each));
    arrange.mutate([...moved(mine, from, to), ...others].map(({ id }) => id));
  };
  return (
    <>
      <Button variant="default" leftSection={<IconArrowsSort size={16} aria-hidden />} onClick={open}>
        Order and switches
      </Button>
      <Modal opened={opened} onClose={close} title="Who is asked, and when" size="lg">
        <Stack gap="lg">
          <Text size="sm" c="dimmed">
            The first that is on is asked first. An account that is off is as if it were not there: without another one, messages of its channel are kept in the outbox.
          </Text>
          {arrange.error && <Failure error={arrange.error} title="The order could not be kept" />}
          {inUse.map((channel) => (
            <Stack key={channel} gap="xs" component="section" aria-label={CHANNELS[channel] ?? channel}>
              <Title order={3} size="h6">
                {CHANNELS[channel] ?? channel}
              </Title>
              <Arranged
                label={`Accounts for ${CHANNELS[channel] ?? channel} in order`}
                items={all.filter(({ provider }) => (channels.get(provider) ?? "") === channel)}
                keyOf={({ id }) => id}
                nameOf={named}
                move={(from, to) => move(channel, from, to)}
                disabled={arrange.isPending}
              >
                {(each) => (
                  <Group justify="space-between" gap="xs" mih={28}>
                    <Text size="sm" flex="1 1 10rem" miw={0}>
                      {named(each)}
                    </Text>
                    <Group gap="xs" wrap="nowrap">
                      <ProviderState provider={each} />
                      <ProviderSwitch provider={each} label={named(each)} />
                    </Group>
                  </Group>
                )}
              </Arranged>
            </Stack>
          ))}
        </Stack>
      </Modal>
    </>
  );
}
