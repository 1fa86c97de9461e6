import { Button, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { Code } from "#/components/ui/Code";
import { FormDialog } from "#/components/ui/FormDialog";
import { useChange } from "#/services/changing";
import { addOAuthKey, type OAuthKey, settingsOf } from "#/services/oauthKeys";
import { SOURCES } from "#/services/sources";

interface Props {
  id: number;
  opened: boolean;
  close: () => void;
}

const EMPTY = { public_key: "", client_id: "", key_id: "" };

/** Takes an app's public key, and then says what its library needs. */
export function NewOAuthKey({ id, opened, close }: Props) {
  const [said, setSaid] = useState(EMPTY);
  const [made, setMade] = useState<OAuthKey>();
  const { mutateAsync } = useChange(addOAuthKey(id), SOURCES);
  const say = (name: keyof typeof EMPTY) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setSaid((before) => ({ ...before, [name]: value }));
  };

  const act = async () => {
    setMade(await mutateAsync({ public_key: said.public_key, client_id: said.client_id.trim() || null, key_id: said.key_id.trim() || null }));
  };
  const leave = () => {
    setMade(undefined);
    setSaid(EMPTY);
    close();
  };

  const result = made && (
    <Stack>
      <Text size="sm">Put this into the library beside the private key. App id and key id stay in the list.</Text>
      <Code label="Settings for the library" wrap>
        {settingsOf(made)}
      </Code>
      <Button onClick={leave} maw="8rem">
        Done
      </Button>
    </Stack>
  );

  return (
    <FormDialog
      title={made ? "The key is registered" : "Add an OAuth key"}
      size="lg"
      opened={opened}
      close={leave}
      verb="Add"
      act={act}
      ready={said.public_key.trim() !== ""}
      failure="The key was not added"
      result={result}
    >
      <Textarea
        label="Public key"
        description="The app’s RSA key in PEM. The private one stays with the app."
        placeholder={"-----BEGIN PUBLIC KEY-----"}
        required
        rows={8}
        maxLength={8192}
        value={said.public_key}
        onChange={say("public_key")}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "var(--mantine-font-size-xs)" } }}
        spellCheck={false}
        data-autofocus
      />
      <TextInput
        label="App id"
        description="As the library has it already, such as from Segment. Empty: one is made up."
        maxLength={128}
        value={said.client_id}
        onChange={say("client_id")}
      />
      <TextInput label="Key id" description="Likewise." maxLength={128} value={said.key_id} onChange={say("key_id")} />
    </FormDialog>
  );
}
