import { useMantineColorScheme } from "@mantine/core";
import { Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { IconKeyboard, IconMoon, IconSearch, IconStack2, IconSun } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { Schemas } from "#/api/client";
import { addressOf, environment } from "#/api/environment";
import { SCREENS } from "#/navigation";

/** Finds any screen or action by its words: Ctrl K, or ⌘ K. */
export function Palette({ session, help }: { session: Schemas["SignedIn"]; help: () => void }) {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const names = session.environments.map((each) => each.name);

  const screens: SpotlightActionData[] = SCREENS.map(({ to, label, description, icon: Icon }) => ({
    id: to,
    label,
    description,
    leftSection: <Icon size={20} stroke={1.6} aria-hidden />,
    onClick: () => void navigate({ to }),
  }));
  const actions: SpotlightActionData[] = [
    ...names
      .filter((name) => name !== environment())
      .map((name) => ({
        id: `environment ${name}`,
        label: `Switch to ${name}`,
        leftSection: <IconStack2 size={20} stroke={1.6} aria-hidden />,
        onClick: () => location.assign(addressOf(name, names)),
      })),
    { id: "light", label: "Light colours", leftSection: <IconSun size={20} stroke={1.6} aria-hidden />, onClick: () => setColorScheme("light") },
    { id: "dark", label: "Dark colours", leftSection: <IconMoon size={20} stroke={1.6} aria-hidden />, onClick: () => setColorScheme("dark") },
    { id: "keyboard", label: "Keyboard shortcuts", leftSection: <IconKeyboard size={20} stroke={1.6} aria-hidden />, onClick: help },
  ];

  return (
    <Spotlight
      actions={[
        { group: "Screens", actions: screens },
        { group: "Actions", actions },
      ]}
      shortcut="mod + K"
      nothingFound="Nothing is called that"
      attributes={{ content: { "aria-label": "Find a screen or an action" } }}
      scrollable
      maxHeight={420}
      searchProps={{ leftSection: <IconSearch size={18} aria-hidden />, placeholder: "Find a screen or an action", "aria-label": "Find" }}
    />
  );
}
