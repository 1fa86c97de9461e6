import { Button, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { SchemaForm } from "#/components/ui/SchemaForm";
import { settingsOf, type Values } from "#/components/ui/settings";
import { useChange } from "#/services/changing";
import { createProvider, type ProviderEntry, PROVIDERS } from "#/services/providers";
import { SetupGuide } from "./SetupGuide";

/** The form for a new account. */
export function NewProvider({ entry, back }: { entry: ProviderEntry; back: () => void }) {
  const [title, setTitle] = useState("Default Configuration");
  const navigate = useNavigate();
  const { mutateAsync } = useChange(createProvider, PROVIDERS);
  const settings = settingsOf(entry.settings);

  const submit = async (values: Values) => {
    const { id } = await mutateAsync({ provider: entry.provider, title: title.trim() || "Default Configuration", settings: values });
    void navigate({ to: "/providers/$id", params: { id } });
  };

  return (
    <SchemaForm
      settings={settings}
      verb={`Add ${entry.name}`}
      submit={submit}
      actions={
        <Button variant="default" onClick={back}>
          Back to the catalogue
        </Button>
      }
    >
      <Text size="sm">{entry.description}</Text>
      <SetupGuide provider={entry.provider} name={entry.name} />
      <TextInput label="Account" description="What tells it from other accounts at the same provider." value={title} maxLength={255} onChange={(event) => setTitle(event.currentTarget.value)} />
    </SchemaForm>
  );
}
