import { Autocomplete, Button, MultiSelect, Popover, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconFilter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { mappedEventsQuery, providerNamesQuery, templateNamesQuery } from "#/services/choices";
import { type MessageSearch, SPANS } from "./search";
import classes from "./Filters.module.css";
import { CHANNELS, eventId, REASONS, STATUSES, titleOf } from "./words";

interface Props {
  search: MessageSearch;
  apply: (search: MessageSearch) => void;
}

/** Everything that messages can be filtered by. */
export function Filters({ search, apply }: Props) {
  const [opened, setOpened] = useState(false);
  const count = Object.values(search).filter((value) => value !== undefined).length;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" width="min(340px, calc(100vw - 16px))" trapFocus withinPortal returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconFilter size={16} aria-hidden />} onClick={() => setOpened(!opened)}>
          {count ? `Filter (${count})` : "Filter"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Filter messages" mah="min(38rem, 75dvh)" className={classes.fields ?? ""}>
        <Fields
          search={search}
          apply={(wanted) => {
            apply(wanted);
            setOpened(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function Fields({ search, apply }: Props) {
  const { data: events = [] } = useQuery(mappedEventsQuery);
  const { data: templates = [] } = useQuery(templateNamesQuery);
  const { data: providers = [] } = useQuery(providerNamesQuery);
  const form = useForm({
    initialValues: {
      status: listOf(search.status),
      reason: listOf(search.reason),
      event: search.event ? titleOf({ event: search.event, notification: "" }) : "",
      template: search.template ?? null,
      provider: listOf(search.provider),
      channel: listOf(search.channel),
      tag: search.tag ?? "",
      tenant: search.tenant ?? "",
      list: search.list ?? "",
      request: search.request ?? "",
      since: search.since ?? null,
      archived: search.archived ?? false,
    },
  });
  const field = form.getInputProps;
  const comboboxProps = { withinPortal: false };

  return (
    <form
      onSubmit={form.onSubmit(({ status, reason, event, template, channel, provider, tag, tenant, list, request, since, archived }) =>
        apply({
          ...search,
          status: joined(status),
          reason: joined(reason),
          event: event.trim() ? eventId(event.trim()) : undefined,
          template: template ?? undefined,
          channel: joined(channel),
          provider: joined(provider),
          tag: tag.trim() || undefined,
          tenant: tenant.trim() || undefined,
          list: list.trim() || undefined,
          request: request.trim() || undefined,
          since: since ?? undefined,
          archived: archived || undefined,
        }),
      )}
    >
      <Stack gap="sm">
        <Select label="Since" placeholder="Any time" clearable data={spans(search.since)} comboboxProps={comboboxProps} {...field("since")} />
        <MultiSelect
          label="Status"
          placeholder={form.values.status.length ? "" : "Any"}
          data={Object.keys(STATUSES)}
          searchable
          hidePickedOptions
          comboboxProps={comboboxProps}
          {...field("status")}
        />
        <MultiSelect
          label="Reason"
          placeholder={form.values.reason.length ? "" : "Any"}
          data={Object.entries(REASONS).map(([value, means]) => ({ value, label: `${value}: ${means}` }))}
          searchable
          hidePickedOptions
          comboboxProps={comboboxProps}
          {...field("reason")}
        />
        <Autocomplete
          label="Event"
          placeholder="Order Completed"
          data={[...new Set(events.map((event) => titleOf({ event, notification: "" })))]}
          limit={50}
          comboboxProps={comboboxProps}
          {...field("event")}
        />
        <Select label="Template" placeholder="Any" clearable searchable data={withChosen(templates, search.template)} comboboxProps={comboboxProps} {...field("template")} />
        <MultiSelect
          label="Channel"
          placeholder={form.values.channel.length ? "" : "Any"}
          data={[...new Set([...CHANNELS, ...form.values.channel])]}
          searchable
          comboboxProps={comboboxProps}
          {...field("channel")}
        />
        <MultiSelect
          label="Provider"
          placeholder={form.values.provider.length ? "" : "Any"}
          data={[...new Set([...providers, "outbox", "smtp", ...form.values.provider])]}
          searchable
          comboboxProps={comboboxProps}
          {...field("provider")}
        />
        <TextInput label="Tag" placeholder="Several, with commas between: any of them" {...field("tag")} />
        <TextInput label="Tenant" placeholder="acme" {...field("tenant")} />
        <TextInput label="List" placeholder="news.weekly" {...field("list")} />
        <TextInput label="Request id" placeholder="What POST /send answered" {...field("request")} />
        <Switch label="Archived messages" {...form.getInputProps("archived", { type: "checkbox" })} />
        <Button type="submit">Show these</Button>
      </Stack>
    </form>
  );
}

function listOf(text: string | undefined): string[] {
  return text?.split(",").filter(Boolean) ?? [];
}

function joined(words: readonly string[]): string | undefined {
  return words.join(",") || undefined;
}

/** Spans to choose from; a time of another kind, which an address may have, is kept as it is. */
function spans(chosen: string | undefined) {
  const data = Object.entries(SPANS).map(([value, label]) => ({ value, label }));
  return chosen && !(chosen in SPANS) ? [{ value: chosen, label: chosen }, ...data] : data;
}

function withChosen(templates: { value: string; label: string }[], chosen: string | undefined) {
  return chosen && !templates.some(({ value }) => value === chosen) ? [{ value: chosen, label: chosen }, ...templates] : templates;
}
