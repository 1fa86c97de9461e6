import { Stack, Tabs } from "@mantine/core";
import { Code } from "#/components/ui/Code";
import { Facts } from "#/components/ui/Facts";
import { HtmlFrame } from "#/components/ui/HtmlFrame";
import { Json } from "#/components/ui/Json";
import { exact } from "#/components/ui/time";
import type { KeptWhole } from "#/services/outbox";
import { viewsOf } from "./views";

/** What was kept for one channel: as it looks, as words, and as all the data there is. */
export function KeptContent({ kept }: { kept: KeptWhole }) {
  const { html, text, facts } = viewsOf(kept.content ?? {});
  const first = html ? "html" : text ? "text" : "data";
  return (
    <Stack>
      <Facts of={{ To: kept.recipient || "nobody", Kept: exact(new Date(kept.at)), ...facts, Message: kept.message_id }} />
      <Tabs defaultValue={first} keepMounted={false} variant="pills">
        <Tabs.List mb="sm" aria-label="Views">
          {html && <Tabs.Tab value="html">As it looks</Tabs.Tab>}
          {text && <Tabs.Tab value="text">Words</Tabs.Tab>}
          <Tabs.Tab value="data">All of it</Tabs.Tab>
        </Tabs.List>
        {html && (
          <Tabs.Panel value="html">
            <HtmlFrame html={html} title={facts.Subject ?? "The message"} />
          </Tabs.Panel>
        )}
        {text && (
          <Tabs.Panel value="text">
            <Code label="The message in words" wrap>
              {text}
            </Code>
          </Tabs.Panel>
        )}
        <Tabs.Panel value="data">
          <Json value={kept.content} label="All that was kept" />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
