import { ActionIcon, Autocomplete, Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { type Group as Rows, OPERATORS, OPERATOR_WORDS, readCondition, readValue, type Row, takesValue, writeGroups, writeValue } from "#/elemental/conditions";
import type { Json } from "#/elemental/node";
import { isPath } from "#/elemental/tags";
import classes from "./ConditionEditor.module.css";
import { useDesigner } from "./designer";

interface Props {
  said: Json | undefined;
  onChange: (said: Json | undefined) => void;
  label?: string;
}

const EMPTY: Row = { property: "", operator: "equals", value: "" };

/** When a block shows: rows of field, operator and value, clicked together; or an expression. */
export function ConditionEditor({ said, onChange, label = "Shows when" }: Props) {
  const condition = readCondition(said);
  const groups = condition && "groups" in condition ? condition.groups : [];
  const write = (next: readonly Rows[]) => onChange(writeGroups(next));
  const begin = () => write([...groups, { conditions: [EMPTY], logical_operator: "and" }]);

  return (
    <Stack gap={6} role="group" aria-label={label}>
      <Group justify="space-between">
        <Text size="xs" fw={500}>
          {label}
        </Text>
        {!condition && (
          <Text size="xs" c="dimmed">
            always
          </Text>
        )}
      </Group>
      {condition && "expression" in condition && (
        <TextInput
          size="xs"
          aria-label="Condition as an expression"
          description="An expression: ==, !=, <, >, &&, ||, !, brackets"
          value={condition.expression}
          onChange={({ currentTarget: { value } }) => onChange(value || undefined)}
        />
      )}
      {groups.map((group, index) => (
        <Stack key={index} gap={6}>
          {index > 0 && (
            <Text size="xs" c="dimmed" ta="center">
              or
            </Text>
          )}
          <GroupRows
            group={group}
            onChange={(changed) => write(groups.map((each, at) => (at === index ? changed : each)))}
          />
        </Stack>
      ))}
      <Group gap={6}>
        {!(condition && "expression" in condition) && (
          <Button size="compact-xs" variant="default" leftSection={<IconPlus size={12} aria-hidden />} onClick={begin}>
            {groups.length ? "Or" : "Add a condition"}
          </Button>
        )}
        {condition && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange(undefined)}>
            Always
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function GroupRows({ group, onChange }: { group: Rows; onChange: (group: Rows) => void }) {
  const rows = group.conditions;
  return (
    <Stack gap={6} className={classes.group ?? ""}>
      {rows.map((row, index) => (
        <ConditionRow
          key={index}
          row={row}
          onChange={(changed) => onChange({ ...group, conditions: rows.map((each, at) => (at === index ? changed : each)) })}
          remove={() => onChange({ ...group, conditions: rows.filter((_, at) => at !== index) })}
        />
      ))}
      <Group gap={6} justify="space-between">
        <Button size="compact-xs" variant="subtle" onClick={() => onChange({ ...group, conditions: [...rows, EMPTY] })} leftSection={<IconPlus size={12} aria-hidden />}>
          Row
        </Button>
        {rows.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Rows are joined by"
            data={[
              { value: "and", label: "All" },
              { value: "or", label: "Any" },
            ]}
            value={group.logical_operator}
            onChange={(value) => onChange({ ...group, logical_operator: value === "or" ? "or" : "and" })}
          />
        )}
      </Group>
    </Stack>
  );
}

function ConditionRow({ row, onChange, remove }: { row: Row; onChange: (row: Row) => void; remove: () => void }) {
  const { variables } = useDesigner();
  const fields = [...new Set(variables.map(({ path }) => (/^(profile|tenant|brand)\./.test(path) ? path : `data.${path}`)))];
  return (
    <Stack gap={4} className={classes.row ?? ""}>
      <Group gap={4} wrap="nowrap">
        <Autocomplete
          size="xs"
          flex={1}
          aria-label="Field"
          placeholder="data.plan"
          data={fields}
          limit={20}
          value={row.property}
          error={row.property !== "" && !isPath(row.property)}
          onChange={(property) => onChange({ ...row, property })}
          comboboxProps={{ withinPortal: true }}
        />
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label="Remove this row" onClick={remove}>
          <IconX size={14} aria-hidden />
        </ActionIcon>
      </Group>
      <Group gap={4} wrap="nowrap" grow>
        <Select
          size="xs"
          aria-label="Operator"
          allowDeselect={false}
          data={OPERATORS.map((value) => ({ value, label: OPERATOR_WORDS[value] }))}
          value={row.operator}
          onChange={(value) => onChange(withOperator(row, value))}
          comboboxProps={{ withinPortal: true, width: 180, position: "bottom-start" }}
        />
        {takesValue(row.operator) && (
          <TextInput size="xs" aria-label="Value" placeholder="pro" value={writeValue(row.value)} onChange={(event) => onChange({ ...row, value: readValue(event.currentTarget.value) })} />
        )}
      </Group>
    </Stack>
  );
}

function withOperator(row: Row, value: string | null): Row {
  const operator = OPERATORS.find((each) => each === value) ?? row.operator;
  return takesValue(operator) ? { ...row, operator, value: row.value ?? "" } : { property: row.property, operator };
}
