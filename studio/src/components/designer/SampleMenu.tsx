import { ActionIcon, JsonInput, Popover, Select, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconUserCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { exact } from "#/components/ui/time";
import { isObject, type Json } from "#/elemental/node";
import { eventsOf, type PreviewAsked, type Template } from "#/services/templates";
import { pastEventsQuery } from "#/services/variables";

interface Props {
  template: Template;
  sample: PreviewAsked;
  setSample: (sample: PreviewAsked) => void;
  someone: string | null;
}

/** With whose profile and which event the preview is drawn. */
export function SampleMenu({ template, sample, setSample, someone }: Props) {
  const event = eventsOf(template)
    .find((alias) => alias.startsWith("Segment-TrackEvent:"))
    ?.replace(/^Segment-TrackEvent:/, "");
  const { data: past } = useQuery(pastEventsQuery(event));
  const [user, setUser] = useState(sample.user_id ?? "");
  const [locale, setLocale] = useState(sample.locale ?? "");
  const [data, setData] = useState(sample.data && Object.keys(sample.data).length ? JSON.stringify(sample.data, null, 2) : "");
  const [error, setError] = useState("");
  const set = useDebouncedCallback(setSample, 400);

  const label = [sample.user_id ?? someone ?? "nobody", sample.event_id ? "a past event" : event ? `the newest ${event}` : ""].filter(Boolean).join(" and ");
  const write = (text: string) => {
    setData(text);
    const read = parsed(text);
    setError(read ? "" : "must be a JSON object");
    if (read) set({ ...sample, data: read });
  };

  return (
    <Popover withinPortal position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Tooltip label={`Drawn with ${label}`}>
          <ActionIcon variant="default" size={30} aria-label={`Preview with: ${label}`}>
            <IconUserCircle size={17} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown w="min(22rem, 94vw)">
        <Stack gap="sm">
          <Text size="xs" c="dimmed">
            The preview is drawn with a real user and a real event, and with what you write over them. Nothing is sent.
          </Text>
          <TextInput
            size="xs"
            label="User"
            description="By id; their profile is used"
            placeholder={someone ?? "nobody"}
            value={user}
            onChange={({ currentTarget: { value } }) => {
              setUser(value);
              set({ ...sample, user_id: value.trim() || null });
            }}
          />
          <Select
            size="xs"
            label="Past event"
            placeholder={event ? `the newest ${event}` : past?.results.length ? "none" : "none came in yet"}
            clearable
            clearButtonProps={{ "aria-label": "No past event" }}
            data={(past?.results ?? []).map((each) => ({ value: each.id, label: `${each.name ?? each.type} · ${exact(new Date(each.received_at))}` }))}
            value={sample.event_id ?? null}
            onChange={(value) => setSample({ ...sample, event_id: value })}
            comboboxProps={{ withinPortal: false }}
          />
          <TextInput
            size="xs"
            label="Language"
            placeholder="the profile’s"
            value={locale}
            onChange={({ currentTarget: { value } }) => {
              setLocale(value);
              set({ ...sample, locale: value.trim() || null });
            }}
          />
          <JsonInput size="xs" label="Data" description="Laid over the event’s" autosize minRows={3} maxRows={10} placeholder='{"order": {"id": "42"}}' value={data} error={error || undefined} onChange={write} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function parsed(text: string): Record<string, unknown> | undefined {
  if (!text.trim()) return {};
  try {
    // Whatever it is, `isObject` looks at it.
    const read = JSON.parse(text) as Json;
    return isObject(read) ? { ...read } : undefined;
  } catch {
    return undefined;
  }
}
