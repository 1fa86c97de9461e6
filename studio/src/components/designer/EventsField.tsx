import { Autocomplete, Button, Group, Input, Pill, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { eventsOf, mapEvent, type Template, templateQuery } from "#/services/templates";
import { eventNamesQuery } from "#/services/variables";

const PREFIX = "Segment-TrackEvent:";

/** The events that send a template. They are mapped at once, and not part of the draft. */
export function EventsField({ template }: { template: Template }) {
  const client = useQueryClient();
  const { data: names = [] } = useQuery(eventNamesQuery);
  const [typed, setTyped] = useState("");
  const mapping = useMutation({
    mutationFn: ({ event, on }: { event: string; on: boolean }) => mapEvent(event, on ? template.id : undefined),
    onSuccess: async () => {
      const { alias } = await client.query({ ...templateQuery(template.id), staleTime: 0 });
      client.setQueryData(templateQuery(template.id).queryKey, { ...template, ...(alias !== undefined && { alias }) });
      setTyped("");
    },
  });
  const events = eventsOf(template);
  const add = () => {
    const name = typed.trim();
    if (name) mapping.mutate({ event: names.includes(name) || !name.includes(":") ? PREFIX + name : name, on: true });
  };
  return (
    <Input.Wrapper label="Events that send it" labelElement="div" description="Mapped at once: they send what is published">
      <Stack gap="xs" mt={6}>
        {events.length > 0 && (
          <Group gap={6}>
            {events.map((event) => (
              <Pill key={event} withRemoveButton removeButtonProps={{ "aria-label": `No more by ${event}`, "aria-hidden": false, tabIndex: 0 }} onRemove={() => mapping.mutate({ event, on: false })}>
                {event.replace(PREFIX, "")}
              </Pill>
            ))}
          </Group>
        )}
        <Group gap="xs" wrap="nowrap">
          <Autocomplete
            flex={1}
            aria-label="Event to map"
            placeholder="Order Completed"
            data={names.filter((name) => !events.includes(PREFIX + name))}
            limit={20}
            value={typed}
            onChange={setTyped}
            onKeyDown={(event) => event.key === "Enter" && add()}
            comboboxProps={{ withinPortal: true }}
          />
          <Button variant="default" loading={mapping.isPending} disabled={!typed.trim()} onClick={add}>
            Map
          </Button>
        </Group>
        {mapping.isError && <Failure error={mapping.error} title="The event was not mapped" />}
      </Stack>
    </Input.Wrapper>
  );
}
