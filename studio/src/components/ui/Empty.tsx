import { Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Code } from "./Code";

interface Props {
  icon: Icon;
  title: string;
  /** What belongs here, and what to do so that it comes. */
  children: ReactNode;
  /** A command to copy that makes the first one. */
  command?: string;
  action?: ReactNode;
}

/** Nothing is here yet: teaches what will be, and how. */
export function Empty({ icon: Icon, title, children, command, action }: Props) {
  return (
    <Stack align="center" gap="sm" py="xl" px="md" w="100%" maw="40rem" mx="auto" ta="center">
      <ThemeIcon size={48} radius="xl" variant="light">
        <Icon size={26} stroke={1.6} aria-hidden />
      </ThemeIcon>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text c="dimmed" component="div">
        {children}
      </Text>
      {command && (
        <Stack w="100%" ta="left">
          <Code label="A command to copy">{command}</Code>
        </Stack>
      )}
      {action}
    </Stack>
  );
}
