import { ActionIcon, Badge, Group, Menu, Select, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconBan, IconDots, IconLink, IconLockOpen, IconTrash, IconUserCheck, IconUserQuestion } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import type { Schemas } from "#/api/client";
import { Ago } from "#/components/ui/Ago";
import { words } from "#/components/ui/Failure";
import { changeMember, forgetIdentity, makeLink, ROLES, roleWords, teamQuery } from "#/services/team";
import type { ShownLink } from "./LinkDialog";

interface Props {
  account: Schemas["AccountAnswer"];
  mayChange: boolean;
  showLink: (link: ShownLink) => void;
  /** Asks first. */
  remove: () => void;
}

/** One account: who, as what, and what can be done about it. */
export function Member({ account, mayChange, showLink, remove }: Props) {
  const client = useQueryClient();
  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
      await client.invalidateQueries({ queryKey: teamQuery.queryKey });
    } catch (error) {
      notifications.show({ color: "red", title: "It could not be done", message: words(error) });
    }
  };
  const link = (factor: "keep" | "remove") =>
    act(async () => showLink({ email: account.email, ...(await makeLink(account.id, factor)) }));
  const disabled = account.disabled !== null;

  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text size="sm" fw={550}>
            {account.name || account.email}
          </Text>
          {disabled && <Badge color="red" variant="light">disabled</Badge>}
          {account.invited && !disabled && <Badge color="gray" variant="light">invited</Badge>}
          {account.has_identity && <Badge variant="light">single sign-on</Badge>}
          {account.second_factor && <Badge variant="light">second factor</Badge>}
        </Group>
        {account.name && (
          <Text size="sm" c="dimmed">
            {account.email}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {mayChange ? (
          <Select
            aria-label={`Role of ${account.email}`}
            data={ROLES.map(({ value, label }) => ({ value, label }))}
            value={account.role}
            allowDeselect={false}
            w={190}
            onChange={(role) => role && void act(() => changeMember(account.id, { role }))}
          />
        ) : (
          roleWords(account.role)
        )}
      </Table.Td>
      <Table.Td>{account.signed_in ? <Ago at={account.signed_in} /> : "never"}</Table.Td>
      <Table.Td ta="right">
        {mayChange && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${account.email}`}>
                <IconDots size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {!disabled && (
                <Menu.Item leftSection={<IconLink size={16} aria-hidden />} onClick={() => void link("keep")}>
                  {account.invited ? "New invitation link" : "Link for a new password"}
                </Menu.Item>
              )}
              {!disabled && account.second_factor && (
                <Menu.Item leftSection={<IconLockOpen size={16} aria-hidden />} onClick={() => void link("remove")}>
                  Link, without the second factor
                </Menu.Item>
              )}
              {account.has_identity && (
                <Menu.Item leftSection={<IconUserQuestion size={16} aria-hidden />} onClick={() => void act(() => forgetIdentity(account.id))}>
                  Forget who it is at the provider
                </Menu.Item>
              )}
              <Menu.Item
                leftSection={disabled ? <IconUserCheck size={16} aria-hidden /> : <IconBan size={16} aria-hidden />}
                onClick={() => void act(() => changeMember(account.id, { disabled: !disabled }))}
              >
                {disabled ? "Let in again" : "Disable"}
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={remove}>
                Remove
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
