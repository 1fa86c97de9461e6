import { Group, SegmentedControl, Stack, Tabs, Text } from "@mantine/core";
import { useState } from "react";
import { Card } from "#/components/ui/Card";
import { Code } from "#/components/ui/Code";
import { HtmlFrame } from "#/components/ui/HtmlFrame";
import type { Schemas } from "#/api/client";

type Output = Schemas["OutputAnswer"];

interface Props {
  outputs: readonly Output[];
  /** The channel that the address names. */
  channel: string | undefined;
  choose: (channel: string) => void;
}

/** What was written, channel by channel. */
export function Outputs({ outputs, channel, choose }: Props) {
  const chosen = outputs.find((output) => output.channel === channel) ?? outputs[0];
  return (
    <Card title="What was written">
      {!chosen ? (
        <Text size="sm" c="dimmed">
          Nothing yet: a message is written when a way to the user is found.
        </Text>
      ) : (
        <Tabs value={chosen.channel} onChange={(value) => value && choose(value)} keepMounted={false}>
          <Tabs.List mb="md">
            {outputs.map((output) => (
              <Tabs.Tab key={output.channel} value={output.channel}>
                {output.channel}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={chosen.channel}>
            <Written key={chosen.channel} output={chosen} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Card>
  );
}

/** One channel's content: as it looks, as text, as JSON. */
export function Written({ output: { channel, content } }: { output: Output }) {
  const { html, text, subject, title, body } = content;
  const views = [...(html ? ["As it looks"] : []), ...(text || body ? ["Text"] : []), "JSON"];
  const [chosen, setChosen] = useState<string>();
  const view = chosen ?? views[0] ?? "JSON";
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Text size="sm" fw={550}>
          {subject === "" ? title : subject}
        </Text>
        <SegmentedControl size="xs" aria-label="How to show it" data={views} value={view} onChange={setChosen} />
      </Group>
      {view === "As it looks" && <HtmlFrame html={html} title={`The ${channel} as it looks`} />}
      {view === "Text" && (
        <Code label={`The ${channel} as text`} wrap>
          {text || body}
        </Code>
      )}
      {view === "JSON" && <Code label={`The ${channel} as JSON`}>{JSON.stringify(content, null, 2)}</Code>}
    </Stack>
  );
}
