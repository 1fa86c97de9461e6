import { Accordion, Badge, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconListSearch, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Ago } from "#/components/ui/Ago";
import { Empty } from "#/components/ui/Empty";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { Spark } from "#/components/ui/Spark";
import { lastDays } from "#/services/days";
import { type KnownEvent, knownEventsQuery } from "#/services/sources";
import classes from "./SourceEvents.module.css";

const SHOWN = 200; // more than anybody reads; the search finds the others

interface Props {
  id: number;
  /** The event that is open, by its key. */
  open: string | undefined;
  show: (event: string | undefined) => void;
}

/** Every event a source has sent, and what its properties look like. */
export function SourceEvents({ id, open, show }: Props) {
  const { data, error, refetch } = useQuery(knownEventsQuery(id));
  const [asked, setAsked] = useState("");
  if (error) return <Failure error={error} title="The events could not be read" retry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.length === 0) {
    return (
      <Empty icon={IconListSearch} title="This source has sent nothing yet">
        Every event that it sends is listed here by itself, with how often it came and what its properties look like. Their values are not kept.
      </Empty>
    );
  }
  const wanted = asked.trim().toLowerCase();
  const found = data.filter((event) => keyOf(event).toLowerCase().includes(wanted)).sort((one, other) => other.last_seen - one.last_seen);
  return (
    <Stack>
      <TextInput
        type="search"
        aria-label="Search events"
        placeholder="Search events"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={asked}
        onChange={(event) => setAsked(event.currentTarget.value)}
        maw="24rem"
      />
      {found.length === 0 && <Text c="dimmed">No event of this source has “{asked}” in its name.</Text>}
      <Accordion variant="separated" chevronPosition="left" value={open === undefined ? null : encodeURIComponent(open)} onChange={(key) => show(key === null ? undefined : decodeURIComponent(key))}>
        {found.slice(0, SHOWN).map((event) => (
          <Accordion.Item key={keyOf(event)} value={encodeURIComponent(keyOf(event))} /* it becomes part of ids, which hold no blanks */>
            <Accordion.Control>
              <Title event={event} />
            </Accordion.Control>
            <Accordion.Panel>{open === keyOf(event) && <Properties event={event} />}</Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {found.length > SHOWN && <Text c="dimmed">{found.length - SHOWN} more: search for them by name.</Text>}
    </Stack>
  );
}

const keyOf = ({ type, name }: KnownEvent) => (name ? `${type} ${name}` : type);

function Title({ event }: { event: KnownEvent }) {
  return (
    <Group wrap="nowrap" gap="md">
      <Badge variant="default" radius="sm" tt="none" miw="5rem">
        {event.type}
      </Badge>
      <Text fw={550} flex={1} miw={0} truncate>
        {event.name || `All ${event.type} calls`}
      </Text>
      <div className={classes.spark}>
        <Spark counts={lastDays(event.days, 30)} label="By day, the last 30 days" />
      </div>
      <Text size="sm" className={classes.count ?? ""}>
        {event.count.toLocaleString("en")}
      </Text>
      <Text size="sm" c="dimmed" className={classes.seen ?? ""}>
        <Ago at={event.last_seen} />
      </Text>
    </Group>
  );
}

function Properties({ event }: { event: KnownEvent }) {
  if (event.properties.length === 0) return <Text c="dimmed">It has come without any properties.</Text>;
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table verticalSpacing={6} aria-label={`Properties of ${event.name || event.type}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Property</Table.Th>
            <Table.Th>Types</Table.Th>
            <Table.Th>Looks like</Table.Th>
            <Table.Th ta="right">In calls</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {event.properties.map(({ path, types, formats, shapes, share }) => (
            <Table.Tr key={path}>
              <Table.Td className={classes.path ?? ""}>{path}</Table.Td>
              <Table.Td>{[...types, ...formats].join(", ")}</Table.Td>
              <Table.Td className={classes.path ?? ""}>{shapes.slice(0, 4).join("  ")}</Table.Td>
              <Table.Td ta="right">{`${Math.round(share * 100)} %`}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
