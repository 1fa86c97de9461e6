import { ActionIcon, Autocomplete, Button, Group, type MantineSize, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { type Group as Rows, OPERATORS, OPERATOR_WORDS, readValue, type Row, takesValue, writeValue } from "#/elemental/conditions";
import { isPath } from "#/elemental/tags";
import { fullPath, type Variable } from "#/elemental/variables";
import classes from "./ConditionEditor.module.css";

interface Props {
  group: Rows;
  onChange: (group: Rows) => void;
  variables: readonly Variable[];
  size: MantineSize;
}

/** A row that says nothing yet. */
export const EMPTY: Row = { property: "", operator: "equals", value: "" };

/** Rows that hold together: all of them, or any. */
export function ConditionRows({ group, onChange, variables, size }: Props) {
  const rows = group.conditions;
  return (
    <Stack gap={6} className={classes.group ?? ""}>
      {rows.map((row, index) => (
        <ConditionRow
          key={index}
          row={row}
          variables={variables}
          size={size}
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

interface RowProps {
  row: Row;
  variables: readonly Variable[];
  size: MantineSize;
  onChange: (row: Row) => void;
  remove: () => void;
}

function ConditionRow({ row, variables, size, onChange, remove }: RowProps) {
  const fields = [...new Set(variables.map(fullPath))];
  return (
    <div className={classes.row} data-valued={takesValue(row.operator) || undefined}>
      <Autocomplete
        className={classes.field ?? ""}
        size={size}
        aria-label="Field"
        placeholder="data.plan"
        data={fields}
        limit={20}
        value={row.property}
        error={row.property !== "" && !isPath(row.property)}
        onChange={(property) => onChange({ ...row, property })}
        comboboxProps={{ withinPortal: true }}
      />
      <Select
        className={classes.operator ?? ""}
        size={size}
        aria-label="Operator"
        allowDeselect={false}
        data={OPERATORS.map((value) => ({ value, label: OPERATOR_WORDS[value] }))}
        value={row.operator}
        onChange={(value) => onChange(withOperator(row, value))}
        comboboxProps={{ withinPortal: true, width: 180, position: "bottom-start" }}
      />
      {takesValue(row.operator) && (
        <TextInput className={classes.value ?? ""} size={size} aria-label="Value" placeholder="pro" value={writeValue(row.value)} onChange={(event) => onChange({ ...row, value: readValue(event.currentTarget.value) })} />
      )}
      <ActionIcon className={classes.remove ?? ""} size="sm" variant="subtle" color="gray" aria-label="Remove this row" onClick={remove}>
        <IconX size={14} aria-hidden />
      </ActionIcon>
    </div>
  );
}

function withOperator(row: Row, value: string | null): Row {
  const operator = OPERATORS.find((each) => each === value) ?? row.operator;
  return takesValue(operator) ? { ...row, operator, value: row.value ?? "" } : { property: row.property, operator };
}
