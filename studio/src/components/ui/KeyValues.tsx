import { ActionIcon, Button, Group, Input, PasswordInput, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { Values } from "./settings";

interface Props {
  label: string;
  description?: ReactNode;
  error?: string | undefined;
  required: boolean;
  /** Whether the values are not to be seen. */
  secret: boolean;
  value: Values;
  change: (value: Values) => void;
}

/** An object whose keys are free, such as headers: a line for each. */
export function KeyValues({ label, description, error, required, secret, value, change }: Props) {
  const [lines, setLines] = useState<[string, string][]>(() => Object.entries(value).map(([key, each]) => [key, String(each)]));
  const Field = secret ? PasswordInput : TextInput;

  const put = (next: [string, string][]) => {
    setLines(next);
    change(Object.fromEntries(next.filter(([key]) => key !== "")));
  };
  const replace = (at: number, line: [string, string]) => put(lines.map((each, index) => (index === at ? line : each)));

  return (
    <Input.Wrapper label={label} description={description} error={error} required={required} labelElement="div">
      <Stack gap="xs" mt={6} align="flex-start">
        {lines.map(([key, each], at) => (
          <Group key={at} gap="xs" wrap="nowrap" w="100%">
            <TextInput aria-label={`${label}: name`} flex={1} placeholder="Name" value={key} onChange={(event) => replace(at, [event.currentTarget.value, each])} />
            <Field aria-label={`${label}: value`} flex={2} placeholder="Value" value={each} onChange={(event) => replace(at, [key, event.currentTarget.value])} />
            <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${key}`} onClick={() => put(lines.filter((_, index) => index !== at))}>
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Button variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setLines([...lines, ["", ""]])}>
          Add
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
