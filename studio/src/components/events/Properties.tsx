import { Group, Table, Text } from "@mantine/core";
import type { EventDetails } from "#/services/eventNames";
import classes from "./events.module.css";

/** What the properties of an event look like: never a value, only its look. */
export function Properties({ of }: { of: EventDetails["properties"] }) {
  if (!of?.length) {
    return (
      <Text size="sm" c="dimmed">
        Its calls have no properties.
      </Text>
    );
  }
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Property</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Looks like</Table.Th>
            <Table.Th ta="right">In calls</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {of.map(({ path, types, formats, shapes, share }) => (
            <Table.Tr key={path}>
              <Table.Td className={classes.path ?? ""}>{path}</Table.Td>
              <Table.Td>{[...types, ...formats.map((format) => `(${format})`)].join(" ")}</Table.Td>
              <Table.Td>
                <Group gap="xs">
                  {shapes.map((shape) => (
                    <span key={shape} className={classes.path}>
                      {shape}
                    </span>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td ta="right">{`${Math.round(share * 100)} %`}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
