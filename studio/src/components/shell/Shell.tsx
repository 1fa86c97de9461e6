import { ActionIcon, AppShell, Burger, Group, ScrollArea, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { openSpotlight } from "@mantine/spotlight";
import { IconKeyboard, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Schemas } from "#/api/client";
import icon from "#/icon.svg";
import { AccountMenu } from "./AccountMenu";
import { EnvironmentSwitch } from "./EnvironmentSwitch";
import { Navigation } from "./Navigation";
import { Palette } from "./Palette";
import { SchemeSwitch } from "./SchemeSwitch";
import classes from "./Shell.module.css";
import { ShortcutHelp } from "./ShortcutHelp";
import { MOD } from "./shortcuts";
import { useShortcuts } from "./useShortcuts";

/** What stands around every screen. */
export function Shell({ session, children }: { session: Schemas["SignedIn"]; children: ReactNode }) {
  const [menu, { toggle, close }] = useDisclosure();
  const [help, { open: openHelp, close: closeHelp }] = useDisclosure();
  useShortcuts(openHelp);

  return (
    <AppShell
      layout="alt"
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !menu } }}
      padding={{ base: "md", sm: "xl" }}
      classNames={{ navbar: classes.navbar ?? "", header: classes.navbar ?? "" }}
    >
      <a className={classes.skip} href="#content">
        Skip to the content
      </a>
      <AppShell.Header hiddenFrom="sm" px="md">
        <Group h="100%" justify="space-between">
          <Word />
          <Burger opened={menu} onClick={toggle} size="sm" aria-label="Navigation" aria-expanded={menu} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" component="nav" aria-label="Screens">
        <AppShell.Section>
          <Group justify="space-between" px={6} py={4} mb="sm">
            <Word />
            <Burger opened hiddenFrom="sm" onClick={close} size="sm" aria-label="Close the navigation" />
          </Group>
          <EnvironmentSwitch session={session} />
          <UnstyledButton className={classes.find} onClick={openSpotlight}>
            <IconSearch size={16} aria-hidden />
            <span>Find…</span>
            <kbd>{MOD} K</kbd>
          </UnstyledButton>
        </AppShell.Section>
        <AppShell.Section grow component={ScrollArea} my="sm">
          <Navigation leave={close} />
        </AppShell.Section>
        <AppShell.Section>
          <AccountMenu session={session} />
          <Group gap={4}>
            <SchemeSwitch />
            <Tooltip label="Keyboard shortcuts (?)">
              <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Keyboard shortcuts" onClick={openHelp}>
                <IconKeyboard size={18} stroke={1.6} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </Group>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main ?? ""}>
        <div className={classes.content}>{children}</div>
      </AppShell.Main>
      <Palette session={session} help={openHelp} />
      <ShortcutHelp opened={help} close={closeHelp} />
    </AppShell>
  );
}

function Word() {
  return (
    <Link to="/" className={classes.word}>
      <img src={icon} alt="" width={22} height={22} />
      <Text span fw={650} size="lg" lts="-0.02em">
        tidings
      </Text>
    </Link>
  );
}
