import { PasswordInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "#/api/client";
import { ActionForm } from "#/components/ui/ActionForm";
import { Card } from "#/components/ui/Card";
import { NewPassword } from "#/components/ui/NewPassword";
import { changePassword, sessionsQuery } from "#/services/account";

/** A new password, for the old one. */
export function PasswordCard({ account }: { account: Schemas["AccountAnswer"] }) {
  const client = useQueryClient();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");

  const act = async () => {
    await changePassword({ current_password: current, password });
    setCurrent("");
    setPassword("");
    await client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    notifications.show({ message: "Your password is changed. All other browsers are signed out." });
  };

  return (
    <Card title="Password">
      <ActionForm verb="Change the password" act={act} failure="Not changed">
        <input type="hidden" name="username" autoComplete="username" value={account.email} />
        <PasswordInput label="Current password" value={current} onChange={(event) => setCurrent(event.currentTarget.value)} autoComplete="current-password" required />
        <NewPassword value={password} change={setPassword} label="New password" description="12 characters or more. All other browsers are signed out." />
      </ActionForm>
    </Card>
  );
}
