import { Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "#/api/client";
import { ActionForm } from "#/components/ui/ActionForm";
import { NewPassword } from "#/components/ui/NewPassword";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { acceptLink, checkLink } from "#/services/account";
import { Doorstep } from "./Doorstep";

/** A link that sets a password: the first one, or a new one. Its token stands after the `#`, which no server sees. */
export function Invitation({ token }: { token: string }) {
  const { data, error } = useQuery({ queryKey: ["link"], queryFn: () => checkLink(token), retry: false, staleTime: Infinity });
  const title = data && !data.invited ? "Choose a new password" : "Welcome to tidings";
  return (
    <Doorstep title={title}>
      {error ? <Failure error={error} title="This link opens nothing" /> : data ? <Acceptance token={token} linked={data} /> : <Loading lines={3} />}
    </Doorstep>
  );
}

function Acceptance({ token, linked }: { token: string; linked: Schemas["LinkedAnswer"] }) {
  const [name, setName] = useState(linked.name);
  const [password, setPassword] = useState("");

  const act = async () => {
    await acceptLink({ token, password, name });
    location.replace("/studio/");
  };

  return (
    <ActionForm verb={linked.invited ? "Join" : "Save and sign in"} act={act} failure="Not saved" wide>
      <Text>
        {linked.invited ? "You sign in as " : "For "}
        <b>{linked.email}</b>.
      </Text>
      <input type="hidden" name="username" autoComplete="username" value={linked.email} />
      {linked.invited && (
        <TextInput label="Name" description="As your team reads it." value={name} onChange={(event) => setName(event.currentTarget.value)} autoComplete="name" />
      )}
      <NewPassword value={password} change={setPassword} />
    </ActionForm>
  );
}
