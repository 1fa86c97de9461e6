import { Button, Grid, NumberInput, Stack, Switch, TagsInput, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { useChange } from "#/services/changing";
import { changeSource, type Source, SOURCES } from "#/services/sources";
import { OAuthKeys } from "./OAuthKeys";
import { WriteKeys } from "./WriteKeys";

/** What a source is called, what is taken out of its calls, and what opens it. */
export function SourceSettings({ source }: { source: Source }) {
  const { mutate, isPending, error, isSuccess, reset } = useChange(changeSource(source.id), SOURCES);
  const { historical_after_hours, strip_ip, blocked_properties } = source.settings;
  const [name, setName] = useState(source.name);
  const [hours, setHours] = useState<number | string>(historical_after_hours ?? "");
  const [stripIp, setStripIp] = useState(strip_ip);
  const [blocked, setBlocked] = useState(blocked_properties.map(String));

  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    const settings = { historical_after_hours: typeof hours === "number" ? hours : null, strip_ip: stripIp, blocked_properties: blocked };
    mutate({ name: name.trim(), settings });
  };

  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 6 }}>
        <Card title="Settings">
          <form onSubmit={save} onChange={reset}>
            <Stack>
              <TextInput label="Name" required maxLength={255} value={name} onChange={(event) => setName(event.currentTarget.value)} />
              <Switch
                label="Take IP addresses out"
                description="context.ip is removed from every call before anything is done with it."
                checked={stripIp}
                onChange={(event) => setStripIp(event.currentTarget.checked)}
              />
              <TagsInput
                label="Blocked properties"
                description="Dotted paths that are removed likewise: traits.ssn, properties.card.number. Type one and press Enter."
                placeholder={blocked.length ? "" : "traits.ssn"}
                value={blocked}
                onChange={(paths) => {
                  reset();
                  setBlocked(paths);
                }}
              />
              <NumberInput
                label="Age limit (hours)"
                description="Tracks that are older when they arrive start no notification. Empty: as the whole installation has it."
                min={1}
                max={24 * 366}
                allowDecimal={false}
                hideControls
                value={hours}
                onChange={(next) => {
                  reset();
                  setHours(next);
                }}
              />
              {error && <Failure error={error} title="It could not be saved" />}
              <Button type="submit" loading={isPending} disabled={!name.trim()} style={{ alignSelf: "flex-start" }}>
                {isSuccess ? "Saved" : "Save"}
              </Button>
            </Stack>
          </form>
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 6 }}>
        <Stack gap="lg">
          <WriteKeys id={source.id} />
          <OAuthKeys source={source} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
