import { Menu, UnstyledButton } from "@mantine/core";
import { IconLogout, IconUser } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "#/api/client";
import { signOut } from "#/services/account";
import { roleWords } from "#/services/team";
import classes from "./AccountMenu.module.css";

/** Who is signed in, the way to their account, and out. */
export function AccountMenu({ session }: { session: Schemas["SignedIn"] }) {
  const { account, role } = session;
  const leave = async () => {
    await signOut();
    location.assign("/studio/");
  };
  return (
    <Menu position="top-start" width="target">
      <Menu.Target>
        <UnstyledButton className={classes.who}>
          <span className={classes.name}>{account ? account.name || account.email : "By the one-time link"}</span>
          <span className={classes.role}>{roleWords(role)}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/settings/account" leftSection={<IconUser size={16} aria-hidden />}>
          My account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
