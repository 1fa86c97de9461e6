import { ActionIcon, Alert, Badge, Group, List, Loader, Menu, Paper, ScrollArea, SegmentedControl, Stack, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconDots } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { DEFAULT, nameOf, PLACES } from "#/elemental/channels";
import type { Preview, PreviewAsked, Template } from "#/services/templates";
import { iconOf } from "./places";
import { PlacePreview } from "./preview/PlacePreview";
import classes from "./PreviewPane.module.css";
import { SampleMenu } from "./SampleMenu";

interface Props {
  template: Template;
  place: string;
  preview: UseQueryResult<Preview>;
  sample: PreviewAsked;
  setSample: (sample: PreviewAsked) => void;
  /** The user that it is drawn for until another is chosen. */
  someone: string | null;
}

/** How the open channel will look, with whose data, and what an author should know of it. */
export function PreviewPane({ template, place, preview, sample, setSample, someone }: Props) {
  const [chosen, choose] = useState("email");
  const shown = place === DEFAULT ? chosen : place;
  const channel = preview.data?.channels[shown];
  const others = Object.keys(preview.data?.channels ?? {}).filter((name) => !(PLACES as readonly string[]).includes(name));
  return (
    <Paper withBorder className={classes.pane ?? ""} component="section" aria-label="Preview">
      <Group justify="space-between" gap="xs" mb="sm" wrap="nowrap">
        {place === DEFAULT ? (
          <ScrollArea type="never" miw={0}>
            <Group gap={4} wrap="nowrap">
              <SegmentedControl
                size="xs"
                aria-label="Channel to preview"
                value={(PLACES as readonly string[]).includes(shown) ? shown : ""}
                onChange={choose}
                data={PLACES.map((name) => {
                  const Icon = iconOf(name);
                  return { value: name, label: <Tooltip label={nameOf(name)}><Icon size={16} stroke={1.7} aria-label={nameOf(name)} /></Tooltip> };
                })}
              />
              {others.length > 0 && (
                <Menu withinPortal>
                  <Menu.Target>
                    <ActionIcon variant="subtle" color="gray" aria-label="More channels">
                      <IconDots size={16} aria-hidden />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    {others.map((name) => (
                      <Menu.Item key={name} onClick={() => choose(name)}>
                        {nameOf(name)}
                      </Menu.Item>
                    ))}
                  </Menu.Dropdown>
                </Menu>
              )}
            </Group>
          </ScrollArea>
        ) : (
          <Text size="sm" fw={600}>
            {nameOf(place)}
          </Text>
        )}
        <Group gap="xs" wrap="nowrap">
          {preview.isFetching && <Loader size={14} role="img" aria-label="Drawing" />}
          <SampleMenu template={template} sample={sample} setSample={setSample} someone={someone} />
        </Group>
      </Group>
      {preview.isError && <Failure error={preview.error} title="This cannot be drawn yet" />}
      {!preview.isError && channel && (
        <Stack gap="sm">
          <PlacePreview shown={channel} />
          {channel.error ? (
            <Text size="xs" c="dimmed">
              If it wants data, choose a person, an event or data above, at the right.
            </Text>
          ) : (
            <Notes warnings={channel.warnings} missing={channel.missing} />
          )}
        </Stack>
      )}
      {!preview.isError && !channel && preview.data && (
        <Text size="sm" c="dimmed" ta="center" py="xl">
          Nothing is written for {nameOf(shown)} yet.
        </Text>
      )}
    </Paper>
  );
}

function Notes({ warnings, missing }: { warnings: readonly string[]; missing: readonly string[] }) {
  if (!warnings.length && !missing.length) {
    return (
      <Group gap={6}>
        <IconCheck size={16} className={classes.fine ?? ""} aria-hidden />
        <Text size="xs" c="dimmed">
          Nothing to look at here
        </Text>
      </Group>
    );
  }
  return (
    <Alert variant="light" color="yellow" icon={<IconAlertTriangle aria-hidden />} p="xs" title="To look at" classNames={{ title: classes.noteTitle ?? "" }}>
      <List size="sm" spacing={2}>
        {missing.length > 0 && (
          <List.Item>
            without a value:{" "}
            {missing.map((name) => (
              <Badge key={name} variant="default" size="sm" tt="none" mr={4}>
                {name}
              </Badge>
            ))}
          </List.Item>
        )}
        {warnings.map((warning) => (
          <List.Item key={warning}>{warning}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
