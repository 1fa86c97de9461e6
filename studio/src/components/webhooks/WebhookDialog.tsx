import { Button, Modal, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "#/api/client";
import { Loaded } from "#/components/ui/Loaded";
import { SchemaForm } from "#/components/ui/SchemaForm";
import type { Values } from "#/components/ui/settings";
import { useFocusBack } from "#/components/ui/useFocusBack";
import { addWebhook, changeWebhook, webhookSettingsQuery, webhooksQuery } from "#/services/webhooks";

interface Props {
  /** The one to change, or that there is to be a new one. */
  of: Schemas["DestinationAnswer"] | "new";
  close: () => void;
}

/** Adds a webhook, or changes one. The settings are those that the catalogue has. */
export function WebhookDialog({ of, close }: Props) {
  useFocusBack();
  const client = useQueryClient();
  const settings = useQuery(webhookSettingsQuery);
  const isNew = of === "new";
  const [name, setName] = useState(isNew ? "" : of.name);

  const submit = async (values: Values) => {
    await (isNew ? addWebhook(name, values) : changeWebhook(of.id, { name, settings: values }));
    await client.invalidateQueries({ queryKey: webhooksQuery.queryKey });
    close();
  };

  return (
    <Modal opened onClose={close} title={isNew ? "Add a webhook" : `Change ${of.name}`} size="lg" centered>
      <Loaded query={settings}>
        {(known) => (
          <SchemaForm
            settings={known}
            {...(isNew ? {} : { values: of.settings })}
            verb={isNew ? "Add" : "Save"}
            submit={submit}
            actions={
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
            }
          >
            <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} required data-autofocus />
          </SchemaForm>
        )}
      </Loaded>
    </Modal>
  );
}
