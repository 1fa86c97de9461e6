import { Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Card } from "#/components/ui/Card";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Note } from "#/components/ui/Note";
import { SchemaForm } from "#/components/ui/SchemaForm";
import { settingsOf, type Values } from "#/components/ui/settings";
import { useChange } from "#/services/changing";
import { changeProvider, type Provider, type ProviderEntry, PROVIDERS, removeProvider } from "#/services/providers";

/** Its settings, and removing it. */
export function ProviderSettings({ provider, entry }: { provider: Provider; entry: ProviderEntry | undefined }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    <Stack gap="lg">
      <Card title="Settings">
        {entry ? (
          <Form provider={provider} entry={entry} />
        ) : (
          <Note tone="bad" title="This provider is no more">
            This version does not know “{provider.provider}”. Remove it, and add another.
          </Note>
        )}
      </Card>
      <Card title="Remove it">
        <Stack gap="sm" align="flex-start">
          <Text size="sm" c="dimmed">
            The account and its secrets are forgotten. Messages go by the next account of its channel; without one, they are kept in the outbox. To keep it and send nothing by it, switch it off.
          </Text>
          <ConfirmButton
            question={`${provider.title} delivers nothing any more, and its secrets are forgotten. This cannot be undone.`}
            verb="Remove"
            act={async () => {
              await removeProvider(provider.id);
              await navigate({ to: "/providers" });
              // The page may still be there for a moment: nothing asks for what is gone.
              await client.invalidateQueries({ queryKey: PROVIDERS, predicate: ({ queryKey }) => queryKey[1] !== provider.id });
            }}
          >
            Remove this account
          </ConfirmButton>
        </Stack>
      </Card>
    </Stack>
  );
}

function Form({ provider, entry }: { provider: Provider; entry: ProviderEntry }) {
  const [title, setTitle] = useState(provider.title);
  const [alias, setAlias] = useState(provider.alias ?? "");
  const { mutateAsync } = useChange(changeProvider(provider.id), PROVIDERS);
  const settings = settingsOf(entry.settings);

  const save = async (values: Values) => {
    await mutateAsync({ title: title.trim() || provider.title, alias: alias.trim() || null, settings: values });
    notifications.show({ title: "Saved", message: "Workers use it within a second." });
  };

  return (
    <SchemaForm settings={settings} values={provider.settings} verb="Save" submit={save}>
      <TextInput label="Account" required maxLength={255} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
      <TextInput label="Alias" description="A short name of your own. Empty for none." maxLength={255} value={alias} onChange={(event) => setAlias(event.currentTarget.value)} />
    </SchemaForm>
  );
}
