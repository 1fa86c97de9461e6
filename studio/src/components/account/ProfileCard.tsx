import { TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "#/api/client";
import { ActionForm } from "#/components/ui/ActionForm";
import { Card } from "#/components/ui/Card";
import { Facts } from "#/components/ui/Facts";
import { accountQuery, rename } from "#/services/account";
import { sessionQuery } from "#/services/session";
import { roleWords } from "#/services/team";

/** Who I am to others. */
export function ProfileCard({ account }: { account: Schemas["AccountAnswer"] }) {
  const client = useQueryClient();
  const [name, setName] = useState(account.name);

  const act = async () => {
    client.setQueryData(accountQuery.queryKey, await rename(name));
    await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    notifications.show({ message: "Saved" });
  };

  return (
    <Card title="You">
      <ActionForm verb="Save" act={act} failure="Not saved">
        <Facts of={{ Email: account.email, Role: roleWords(account.role) }} />
        <TextInput label="Name" description="As your team reads it." value={name} onChange={(event) => setName(event.currentTarget.value)} autoComplete="name" />
      </ActionForm>
    </Card>
  );
}
