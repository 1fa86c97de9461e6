import { Box, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { environment } from "#/api/environment";

interface Props {
  title: string;
  /** One calm sentence: what is here. */
  description?: ReactNode;
  /** What can be done, at the right. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A screen: its title, which is the browser's too, what it is for, and what can be done. */
export function Page({ title, description, actions, children }: Props) {
  return (
    <Stack gap="lg">
      <title>{`${title} · ${environment()} · tidings`}</title>
      <Group justify="space-between" align="flex-start" gap="md">
        <Box flex="1 1 18rem" miw={0}>
          <Title order={1} size="h2">
            {title}
          </Title>
          {description && (
            <Text c="dimmed" mt={4} maw="42rem">
              {description}
            </Text>
          )}
        </Box>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
