import { Grid, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Card } from "#/components/ui/Card";
import { Code } from "#/components/ui/Code";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Facts } from "#/components/ui/Facts";
import { Note } from "#/components/ui/Note";
import { SchemaForm } from "#/components/ui/SchemaForm";
import { settingsOf, type Values } from "#/components/ui/settings";
import { useChange } from "#/services/changing";
import { changeDestination, type Destination, type DestinationEntry, DESTINATIONS, removeDestination } from "#/services/destinations";
import { SourcesField } from "./SourcesField";

/** What it is called, which sources feed it, and its settings. */
export function DestinationSettings({ destination, entry }: { destination: Destination; entry: DestinationEntry | undefined }) {
  const { id, built_in, integration, partner_owned } = destination;
  const [name, setName] = useState(destination.name);
  const [sources, setSources] = useState(destination.sources);
  const { mutateAsync } = useChange(changeDestination(id), DESTINATIONS);
  const client = useQueryClient();
  const navigate = useNavigate();
  const ofCalls = entry?.reads !== "messages";

  const save = async (settings: Values) => {
    await mutateAsync({ name: name.trim() || destination.name, ...(ofCalls && { sources }), settings });
    notifications.show({ title: "Saved", message: "It holds for what arrives from now on." });
  };

  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Card title="Settings">
          <SchemaForm settings={settingsOf(entry?.settings ?? {})} values={destination.settings} verb="Save" submit={save}>
            {partner_owned && (
              <Note tone="wait" title="Owned by a partner">
                {partner_owned}
              </Note>
            )}
            <TextInput label="Name" required maxLength={255} value={name} onChange={(event) => setName(event.currentTarget.value)} />
            {ofCalls && <SourcesField value={sources} change={setSources} />}
          </SchemaForm>
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Stack gap="lg">
          <Card title="What it gets">
            <Stack gap="sm">
              <Facts of={{ Types: ofCalls ? entry?.types.join(", ") : "news of messages", "In integrations": <code>{integration}</code> }} />
              {ofCalls && (
                <>
                  <Text size="sm" c="dimmed">
                    A call can name its destinations itself, case-sensitively. This one goes here alone:
                  </Text>
                  <Code label="An integrations object">{`"integrations": { "All": false, ${JSON.stringify(integration)}: true }`}</Code>
                </>
              )}
            </Stack>
          </Card>
          {!built_in && (
            <Card title="Remove it">
              <Stack gap="sm" align="flex-start">
                <Text size="sm" c="dimmed">
                  Its settings, secrets and filters are forgotten, and what still waits for it is not delivered. To stop it for a while, disable it.
                </Text>
                <ConfirmButton
                  question={`${destination.name} gets nothing any more, and what waits for it is lost. This cannot be undone.`}
                  verb="Remove"
                  act={async () => {
                    await removeDestination(id);
                    await navigate({ to: "/destinations" });
                    // The page may still be there for a moment: nothing asks for what is gone.
                    await client.invalidateQueries({ queryKey: DESTINATIONS, predicate: ({ queryKey }) => queryKey[1] !== id });
                  }}
                >
                  Remove this destination
                </ConfirmButton>
              </Stack>
            </Card>
          )}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
