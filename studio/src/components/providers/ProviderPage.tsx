import { Grid, Stack, Text } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Back } from "#/components/ui/Back";
import { Card } from "#/components/ui/Card";
import { Code } from "#/components/ui/Code";
import { Page } from "#/components/ui/Page";
import { providerCatalogQuery, providerQuery } from "#/services/providers";
import { CHANNELS } from "./channels";
import { ProviderHealth } from "./ProviderHealth";
import { ProviderSettings } from "./ProviderSettings";
import { ProviderTest } from "./ProviderTest";
import { SetupGuide } from "./SetupGuide";

/** One account: whether it works, how it is set up, and where it reports. */
export function ProviderPage({ id }: { id: string }) {
  const { data: provider } = useSuspenseQuery(providerQuery(id));
  const { data: catalog } = useSuspenseQuery(providerCatalogQuery);
  const entry = catalog.find((each) => each.provider === provider.provider);
  const name = entry?.name ?? provider.provider;
  const channel = entry?.channel ?? "";
  return (
    <>
      <Back to="/providers">Providers</Back>
      <Page title={name} description={`${provider.title} · ${CHANNELS[channel] ?? channel}`} actions={<SetupGuide provider={provider.provider} name={name} />}>
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <Stack gap="lg">
              <ProviderHealth provider={provider} />
              {channel && <ProviderTest provider={provider} channel={channel} name={name} />}
              {provider.receipts_url && <Receipts url={provider.receipts_url} name={name} />}
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <ProviderSettings provider={provider} entry={entry} />
          </Grid.Col>
        </Grid>
      </Page>
    </>
  );
}

function Receipts({ url, name }: { url: string; name: string }) {
  return (
    <Card title="Where it reports">
      <Stack gap="sm">
        <Text size="sm">
          {name} can tell what became of messages: delivered, opened, bounced. Enter this address as its webhook; “Read about {name}” says where, and which setting holds the key that its requests are signed with.
        </Text>
        <Code label="The address of its webhook" wrap>
          {url}
        </Code>
        <Text size="xs" c="dimmed">
          It must be reachable from the internet: the setting <code>public_url</code> says how this installation is.
        </Text>
      </Stack>
    </Card>
  );
}
