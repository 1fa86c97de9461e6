import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "#/api/client";
import { Settings } from "#/components/settings/Settings";
import { Card } from "#/components/ui/Card";
import { ConfirmDialog } from "#/components/ui/ConfirmDialog";
import { Empty } from "#/components/ui/Empty";
import { ListTable } from "#/components/ui/ListTable";
import { Loaded } from "#/components/ui/Loaded";
import { useMay } from "#/services/may";
import { removeMember, teamQuery } from "#/services/team";
import { InviteDialog } from "./InviteDialog";
import { LinkDialog, type ShownLink } from "./LinkDialog";
import { Member } from "./Member";
import { Roles } from "./Roles";

/** Everybody who may use Studio. */
export function Team() {
  const team = useQuery(teamQuery);
  const mayChange = useMay().changes("Team");
  const [inviting, { open, close }] = useDisclosure();
  const [link, setLink] = useState<ShownLink>();
  const [leaving, setLeaving] = useState<Schemas["AccountAnswer"]>();
  const client = useQueryClient();
  const remove = async () => {
    if (leaving) await removeMember(leaving.id);
    await client.invalidateQueries({ queryKey: teamQuery.queryKey });
  };
  const invite = mayChange && (
    <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={open}>
      Invite somebody
    </Button>
  );
  return (
    <Settings part="/settings/team" actions={invite}>
      <Loaded query={team} failure="The team could not be read">
        {({ results }) =>
          results.length === 0 ? (
            <Empty icon={IconUsers} title="Nobody has an account yet" command="tidings accounts invite bob@example.com --role designer">
              You are in by the one-time link. Invite others by their email address; each gets a link that sets a password. Your own
              account is made under My account.
            </Empty>
          ) : (
            <Card>
              <ListTable label="Accounts" heads={["Who", "Role", "Last here"]} minWidth={620} verticalSpacing="sm">
                {results.map((account) => (
                  <Member key={account.id} account={account} mayChange={mayChange} showLink={setLink} remove={() => setLeaving(account)} />
                ))}
              </ListTable>
            </Card>
          )
        }
      </Loaded>
      <Roles />
      <InviteDialog opened={inviting} close={close} showLink={setLink} />
      <ConfirmDialog title="Remove this account" verb="Remove" act={remove} opened={leaving !== undefined} close={() => setLeaving(undefined)}>
        <b>{leaving?.email}</b> is signed out everywhere and forgotten. The audit log keeps what was done, and no longer knows by whom. To
        shut somebody out and keep the name, disable the account instead.
      </ConfirmDialog>
      <LinkDialog link={link} close={() => setLink(undefined)} />
    </Settings>
  );
}
