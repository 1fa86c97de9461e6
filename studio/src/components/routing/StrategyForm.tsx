import { Button, Grid, Group, Stack, TagsInput, Text, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { useChange } from "#/services/changing";
import { putStrategy, STRATEGIES, type Strategy, type StrategyBody } from "#/services/routingStrategies";
import { StrategyTemplates } from "./StrategyTemplates";
import { useNames } from "./useNames";
import { WaySettings } from "./WaySettings";
import { kept, namedOf } from "./waysOf";
import { isGroup, namesIn, routingOf, sentenceOf, wishOf } from "./wish";
import { WishEditor } from "./WishEditor";

/** A new strategy begins with what most want. */
const BEGUN = { method: "single" as const, channels: ["push", "email"] };

/** What a strategy says, to be changed, and which templates go by it. */
export function StrategyForm({ strategy }: { strategy: Strategy | undefined }) {
  const navigate = useNavigate();
  const { label, channelOf } = useNames();
  const [name, setName] = useState(strategy?.name ?? "");
  const [description, setDescription] = useState(strategy?.description ?? "");
  const [tags, setTags] = useState(strategy?.tags ?? []);
  const [wish, setWish] = useState(() => wishOf((strategy?.routing as StrategyBody["routing"] | undefined) ?? BEGUN)); // the API answers what it was written with
  const [channels, setChannels] = useState(namedOf(strategy?.channels));
  const [providers, setProviders] = useState(namedOf(strategy?.providers));
  const save = useChange(putStrategy, STRATEGIES);
  const routing = routingOf(wish);
  const names = namesIn(wish);
  const used = [...new Set(names.map((each) => channelOf(each) ?? each))];

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const body: StrategyBody = { name: name.trim(), description: description.trim() || null, tags, routing, channels: kept(channels), providers: kept(providers) };
    const made = await save.mutateAsync({ id: strategy?.id, body }).catch(() => undefined); // shown below
    if (!made) return;
    notifications.show({ color: "teal", title: "Saved", message: strategy ? "Messages go this way from now on." : "Templates can choose it now." });
    if (!strategy) await navigate({ to: "/routing/$id", params: { id: made.id }, replace: true });
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="lg">
            <Card title="By which channels">
              <Stack>
                <WishEditor group={wish} onChange={setWish} />
                <Text size="sm" c="dimmed" aria-live="polite">
                  {routing.channels.length ? `In a line: ${sentenceOf({ ...wish, of: wish.of.filter((each) => !isGroup(each) || each.of.length) }, label)}.` : "Add a channel, so that it says something."}
                </Text>
              </Stack>
            </Card>
            {used.map((channel) => (
              <Card key={channel} title={label(channel)}>
                <WaySettings name={channel} all={channels} onChange={setChannels} isChannel />
              </Card>
            ))}
            {names
              .filter((each) => !used.includes(each))
              .map((provider) => (
                <Card key={provider} title={label(provider)}>
                  <WaySettings name={provider} all={providers} onChange={setProviders} isChannel={false} />
                </Card>
              ))}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack gap="lg">
            <Card title="The strategy">
              <Stack>
                <TextInput label="Name" required maxLength={255} value={name} onChange={(event) => setName(event.currentTarget.value)} />
                <Textarea label="What for" description="For those who choose among strategies" autosize maxLength={2000} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
                <TagsInput label="Tags" value={tags} onChange={setTags} maxTags={100} />
                {save.error && <Failure error={save.error} title="It could not be saved" />}
                <Group>
                  <Button type="submit" loading={save.isPending} disabled={!name.trim() || routing.channels.length === 0}>
                    {strategy ? "Save" : "Create"}
                  </Button>
                </Group>
              </Stack>
            </Card>
            {strategy && <StrategyTemplates strategy={strategy} />}
          </Stack>
        </Grid.Col>
      </Grid>
    </form>
  );
}
