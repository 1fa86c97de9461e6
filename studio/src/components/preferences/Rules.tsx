import { Autocomplete, Button, Grid, MultiSelect, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { useChange } from "#/services/changing";
import { sectionsQuery } from "#/services/preferences";
import { type Limit, putRules, RULES, rulesQuery, type SendingRules } from "#/services/sendingRules";
import { LimitsField } from "./LimitsField";

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone")];

/** When this environment sends at all, how much to whom, and what it wants to know of its emails. */
export function Rules() {
  const { data, error, refetch } = useQuery(rulesQuery);
  if (error) return <Failure error={error} title="The rules could not be read" retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return <Form before={data} />;
}

function Form({ before }: { before: SendingRules }) {
  const [open, setOpen] = useState(before.window ?? "");
  const [zone, setZone] = useState(before.zone);
  const [limits, setLimits] = useState(before.limits as Limit[]); // the API's description of what it answers is wider than what it takes
  const [exempt, setExempt] = useState(before.exempt_topics.map(String));
  const [opens, setOpens] = useState(before.tracking?.opens ?? true);
  const [clicks, setClicks] = useState(before.tracking?.clicks ?? true);
  const [texts, setTexts] = useState(before.tracking?.texts ?? false);
  const { data: sections } = useQuery(sectionsQuery);
  const { mutate, isPending, error, isSuccess, reset } = useChange(putRules, RULES);
  const topics = sections?.flatMap((section) => section.topics.map(({ id, name }) => ({ value: id, label: `${section.name} · ${name}` })));

  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    mutate({ window: open.trim() || null, zone, limits, exempt_topics: exempt, tracking: { opens, clicks, texts } });
  };

  return (
    <form onSubmit={save} onChange={reset}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Card title="Hours">
            <Stack>
              <TextInput
                label="Messages go"
                description="Opening hours, in the zone of each recipient; outside of them messages wait. Empty: at any time."
                placeholder="Mo-Su 08:00-21:00"
                value={open}
                onChange={(event) => setOpen(event.currentTarget.value)}
                error={error?.message.startsWith("window:") ? error.message.slice("window: ".length) : undefined}
              />
              <Autocomplete
                label="Zone"
                description="For recipients of whom no zone is known."
                data={ZONES}
                limit={50}
                value={zone}
                onChange={setZone}
                error={error?.message.startsWith("zone:") ? error.message.slice("zone: ".length) : undefined}
              />
              <Text size="xs" c="dimmed">
                <code>Mo-Fr 09:00-17:00; Sa 10:00-12:00</code>, <code>Mo 09:00-12:00, 14:00-18:00</code>, <code>Fr-Mo 17:00-09:00</code> past midnight.
              </Text>
            </Stack>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Card title="Limits">
            <LimitsField limits={limits} change={setLimits} />
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Card title="What goes all the same">
            <MultiSelect
              label="Topics"
              description="They go at any hour, and count, but are never too many. Required topics do, too."
              placeholder={exempt.length ? "" : "None"}
              data={topics ?? []}
              value={exempt}
              onChange={(next) => {
                reset();
                setExempt(next);
              }}
              searchable
            />
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Card title="What is told">
            <Stack>
              <Switch label="Openings" description="Emails carry a picture that tells when they are opened." checked={opens} onChange={(event) => setOpens(event.currentTarget.checked)} />
              <Switch label="Clicks" description="Their links lead by way of this installation." checked={clicks} onChange={(event) => setClicks(event.currentTarget.checked)} />
              <Switch label="Clicks in texts" description="Links of text messages and chats lead by way of it, too." checked={texts} onChange={(event) => setTexts(event.currentTarget.checked)} />
            </Stack>
          </Card>
        </Grid.Col>
        <Grid.Col span={12}>
          <Stack>
            {error && !/^(window|zone):/.test(error.message) && <Failure error={error} title="The rules could not be saved" />}
            <Button type="submit" loading={isPending} style={{ alignSelf: "flex-start" }}>
              {isSuccess ? "Saved" : "Save the rules"}
            </Button>
          </Stack>
        </Grid.Col>
      </Grid>
    </form>
  );
}
