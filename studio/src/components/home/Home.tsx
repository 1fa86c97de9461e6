import { SimpleGrid } from "@mantine/core";
import { Page } from "#/components/ui/Page";
import { Health } from "./Health";
import { LatestCalls } from "./LatestCalls";
import { LatestMessages } from "./LatestMessages";

/** What comes in, what goes out, what waits. */
export function Home() {
  return (
    <Page title="Home" description="What comes in, what goes out, and what waits.">
      <Health />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <LatestCalls />
        <LatestMessages />
      </SimpleGrid>
    </Page>
  );
}
