import { Button, Group, Text } from "@mantine/core";

interface Props {
  shown: boolean;
  show: (shown: boolean) => void;
}

/** Above what has pictures of other servers: that they are not loaded, and one click that loads them, from then on. */
export function RemoteNote({ shown, show }: Props) {
  return (
    <Group justify="space-between" gap="xs" px="sm" py={6} bg="var(--mantine-color-body)">
      <Text size="xs" c="dimmed" flex="1 1 12rem">
        {shown ? "Pictures of other servers are loaded in this browser." : "Pictures of other servers are not loaded: who runs them would learn that you look."}
      </Text>
      <Button size="compact-xs" variant={shown ? "subtle" : "default"} color={shown ? "gray" : "teal"} onClick={() => show(!shown)}>
        {shown ? "Hide them" : "Show remote pictures"}
      </Button>
    </Group>
  );
}
