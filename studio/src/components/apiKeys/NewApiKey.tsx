import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { environment } from "#/api/environment";
import { Code } from "#/components/ui/Code";
import { FormDialog } from "#/components/ui/FormDialog";
import { apiKeysQuery, makeApiKey } from "#/services/apiKeys";

/** Makes a key, and shows it this once. */
export function NewApiKey({ opened, close }: { opened: boolean; close: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [key, setKey] = useState<string>();

  const act = async () => {
    const made = await makeApiKey(name);
    setKey(made.key);
    await client.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
  };
  const leave = () => {
    setKey(undefined);
    setName("");
    close();
  };

  const result = key && (
    <Stack>
      <Text size="sm">Copy it now: it is not shown again. Put it where a Courier client takes its Auth Token.</Text>
      <Code label="API key" wrap>
        {key}
      </Code>
      <Button onClick={leave} maw="8rem">
        Done
      </Button>
    </Stack>
  );

  return (
    <FormDialog title={key ? "Your new key" : "Make an API key"} size="lg" opened={opened} close={leave} verb="Make the key" act={act} failure="No key was made" result={result}>
      <TextInput
        label="Name"
        description={`What it is for. It opens ${environment()}, and nothing else.`}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
    </FormDialog>
  );
}
