import { Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { MOD, SHORTCUTS } from "./shortcuts";

/** What the keyboard can do. */
export function ShortcutHelp({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="Keyboard" centered>
      <Stack gap="xs">
        {SHORTCUTS.map(({ keys, does }) => (
          <Group key={does} justify="space-between" wrap="nowrap">
            <Text size="sm">{does}</Text>
            <Group gap={4} wrap="nowrap">
              {keys.map((key) => (
                <Kbd key={key}>{key === "mod" ? MOD : key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
