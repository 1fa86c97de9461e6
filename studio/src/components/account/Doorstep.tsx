import { Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import icon from "#/icon.svg";

interface Props {
  title: string;
  children: ReactNode;
}

/** A page for whoever is not in yet: one thing to do, in the middle. */
export function Doorstep({ title, children }: Props) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <title>{`${title} · tidings`}</title>
      <Stack w="100%" maw="25rem" gap="lg">
        <Group justify="center" gap="xs">
          <img src={icon} alt="" width={28} height={28} />
          <Text fw={650} size="xl" lts="-0.02em">
            tidings
          </Text>
        </Group>
        <Paper withBorder p="xl">
          <Stack gap="lg">
            <Title order={1} size="h3">
              {title}
            </Title>
            {children}
          </Stack>
        </Paper>
      </Stack>
    </Center>
  );
}
