import { Button, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Note } from "#/components/ui/Note";
import { SchemaForm } from "#/components/ui/SchemaForm";
import { settingsOf, type Values } from "#/components/ui/settings";
import { useChange } from "#/services/changing";
import { createDestination, type DestinationEntry, DESTINATIONS } from "#/services/destinations";
import { SourcesField } from "./SourcesField";

/** The form for a new destination: its name, which sources feed it, and the settings that its kind needs. */
export function NewDestination({ entry, back }: { entry: DestinationEntry; back: () => void }) {
  const [name, setName] = useState(entry.name);
  const [sources, setSources] = useState<number[] | null>(null);
  const navigate = useNavigate();
  const { mutateAsync } = useChange(createDestination, DESTINATIONS);

  const submit = async (settings: Values) => {
    const body = { kind: entry.kind, name: name.trim() || entry.name, enabled: true, sources, settings, filters: [] };
    const { id } = await mutateAsync(body);
    void navigate({ to: "/destinations/$id", params: { id } });
  };

  return (
    <SchemaForm
      settings={settingsOf(entry.settings)}
      verb={`Add ${entry.name}`}
      submit={submit}
      actions={
        <Button variant="default" onClick={back}>
          Back to the catalogue
        </Button>
      }
    >
      <Text size="sm">{entry.description}</Text>
      {entry.partner_owned && <Note tone="wait" title="Owned by a partner">{entry.partner_owned}</Note>}
      <TextInput label="Name" required value={name} maxLength={255} onChange={(event) => setName(event.currentTarget.value)} />
      {entry.reads === "calls" && <SourcesField value={sources} change={setSources} />}
    </SchemaForm>
  );
}
