import { Button, Group, Input, type MantineSize, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { conditionText, expressionOf, type Group as Rows, readCondition, writeGroups } from "#/elemental/conditions";
import type { Json } from "#/elemental/node";
import type { Variable } from "#/elemental/variables";
import { ConditionRows, EMPTY } from "./ConditionRows";

interface Props {
  said: Json | undefined;
  onChange: (said: Json | undefined) => void;
  label?: string;
  /** What may stand in the field of a row. */
  variables: readonly Variable[];
  /** Of the fields, so that they are like those around them. */
  size?: MantineSize;
}

/** When something holds: rows of field, operator and value, clicked together; or an expression, which can say more. */
export function ConditionEditor({ said, onChange, label = "Shows when", variables, size = "xs" }: Props) {
  const condition = readCondition(said);
  // Who types an expression goes on typing it, even while rows could say what stands there.
  const [isTyped, setTyped] = useState(false);
  const groups = condition && "groups" in condition ? condition.groups : undefined;
  const expression = condition && "expression" in condition ? condition.expression : expressionOf(groups ?? []);
  const asText = isTyped ? expression !== undefined : condition && !groups;
  const write = (next: readonly Rows[]) => onChange(writeGroups(next));
  const forget = () => {
    setTyped(false);
    onChange(undefined);
  };

  return (
    <Stack gap={6} role="group" aria-label={label}>
      <Group justify="space-between">
        <Input.Label labelElement="div" size={size}>
          {label}
        </Input.Label>
        {!condition && (
          <Text size="xs" c="dimmed">
            always
          </Text>
        )}
      </Group>
      {asText ? (
        <TextInput
          size={size}
          autoFocus={isTyped}
          aria-label="Condition as an expression"
          description="An expression: ==, !=, <, >, &&, ||, !, brackets"
          maxLength={2000}
          value={typeof said === "string" ? said : (expression ?? "")}
          onChange={({ currentTarget: { value } }) => onChange(value || undefined)}
        />
      ) : (
        groups?.map((group, index) => (
          <Stack key={index} gap={6}>
            {index > 0 && (
              <Text size="xs" c="dimmed" ta="center">
                or
              </Text>
            )}
            <ConditionRows group={group} variables={variables} size={size} onChange={(changed) => write(groups.map((each, at) => (at === index ? changed : each)))} />
          </Stack>
        ))
      )}
      {!asText && groups && (
        <Text size="xs" c="dimmed" ff={expression ? "monospace" : "text"} style={{ overflowWrap: "anywhere" }}>
          {expression ?? conditionText(said)}
        </Text>
      )}
      <Group gap={6}>
        {!asText && (
          <Button size="compact-xs" variant="default" leftSection={<IconPlus size={12} aria-hidden />} onClick={() => write([...(groups ?? []), { conditions: [EMPTY], logical_operator: "and" }])}>
            {groups ? "Or" : "Add a condition"}
          </Button>
        )}
        {!asText && expression !== undefined && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setTyped(true)}>
            As an expression
          </Button>
        )}
        {asText && (groups ?? !condition) && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setTyped(false)}>
            As rows
          </Button>
        )}
        {condition && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={forget}>
            Always
          </Button>
        )}
      </Group>
    </Stack>
  );
}
