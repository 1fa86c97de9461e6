import { Button, Group, Input, PasswordInput, Text, Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { MASK } from "./settings";

interface Props {
  label: string;
  description?: ReactNode;
  error?: string | undefined;
  required: boolean;
  multiline: boolean;
  value: string;
  change: (value: string) => void;
}

/** A setting that nobody is shown again: it is kept until it is replaced or removed. */
export function SecretField({ multiline, value, change, ...shared }: Props) {
  const [wasKept] = useState(value === MASK);
  const [replacing, setReplacing] = useState(false);

  if (value === MASK) {
    return (
      <Input.Wrapper {...shared} labelElement="div">
        <Group gap="xs" mt={6}>
          <Text size="sm" c="dimmed">
            A value is kept, and shown to nobody.
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              setReplacing(true);
              change("");
            }}
          >
            Replace
          </Button>
          {!shared.required && (
            <Button size="compact-sm" variant="default" onClick={() => change("")}>
              Remove
            </Button>
          )}
        </Group>
      </Input.Wrapper>
    );
  }
  const keep = wasKept && (
    <Button size="compact-xs" variant="subtle" onClick={() => change(MASK)}>
      Keep the one that is there
    </Button>
  );
  const field = {
    ...shared,
    description: keep ? (
      <>
        {shared.description} {keep}
      </>
    ) : (
      shared.description
    ),
    value,
    onChange: (event: { currentTarget: { value: string } }) => change(event.currentTarget.value),
    spellCheck: false,
    "data-autofocus": replacing,
    autoFocus: replacing,
  };
  return multiline ? <Textarea {...field} autosize minRows={3} maxRows={12} /> : <PasswordInput {...field} autoComplete="new-password" />;
}
