import { Badge, Group, ScrollArea, Switch, Tabs, Text, Button } from "@mantine/core";
import { DEFAULT, nameOf, own, placesOf, share, stateOf, turnOff, turnOn } from "#/elemental/channels";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { useDesigner } from "./designer";
import { iconOf } from "./places";
import classes from "./ChannelTabs.module.css";

/** One tab for each channel: what it says, and whether anything is sent there. */
export function ChannelTabs({ go }: { go: (place: string) => void }) {
  const { document, place } = useDesigner();
  return (
    <Tabs value={place} onChange={(value) => value && go(value)} variant="pills" radius="md" aria-label="Channels">
      <ScrollArea type="never" offsetScrollbars={false}>
        <Tabs.List className={classes.list ?? ""}>
          {placesOf(document).map((each) => {
            const Icon = iconOf(each);
            const state = stateOf(document, each);
            return (
              <Tabs.Tab key={each} value={each} leftSection={<Icon size={16} stroke={1.7} aria-hidden />} data-off={state === "off" || undefined} aria-controls="canvas" className={classes.tab ?? ""}>
                {nameOf(each)}
                {each !== DEFAULT && state === "own" && <span className={classes.dot} aria-label=", own words" role="img" />}
                {state === "off" && each !== DEFAULT && <span className={classes.off}> off</span>}
              </Tabs.Tab>
            );
          })}
        </Tabs.List>
      </ScrollArea>
    </Tabs>
  );
}

/** What the open channel does: shares the words of all, says its own, or is off. */
export function ChannelState() {
  const { document, place, edit, readOnly, say } = useDesigner();
  if (place === DEFAULT) return null;
  const state = stateOf(document, place);
  const name = nameOf(place);
  const act = (by: typeof own, message: string) => () => {
    edit((now) => by(now, place));
    say(message);
  };
  return (
    <Group className={classes.state ?? ""} justify="space-between" gap="xs">
      <Group gap="xs">
        <Switch size="sm" label={`Send by ${name}`} checked={state !== "off"} disabled={readOnly} onChange={state === "off" ? act(turnOn, `${name} is on`) : act(turnOff, `${name} is off`)} />
        {state === "own" && (
          <Badge size="sm" variant="light" tt="none">
            own words
          </Badge>
        )}
      </Group>
      {state === "shared" && (
        <Group gap="xs">
          <Text size="xs" c="dimmed">
            What you change here changes all channels
          </Text>
          <Button size="compact-sm" variant="default" disabled={readOnly} onClick={act(own, `${name} has its own words`)}>
            Write its own words
          </Button>
        </Group>
      )}
      {state === "own" && !readOnly && (
        <ConfirmButton size="compact-sm" question={`${name} will say what all channels say. Its own words go; “undo” brings them back.`} verb="Share again" act={() => Promise.resolve().then(act(share, `${name} shares the words of all`))}>
          Share the words of all
        </ConfirmButton>
      )}
    </Group>
  );
}
