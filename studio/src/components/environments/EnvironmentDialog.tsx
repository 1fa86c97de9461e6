import { Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "#/api/client";
import { addressOf, environment } from "#/api/environment";
import { FormDialog } from "#/components/ui/FormDialog";
import { makeEnvironment, renameEnvironment } from "#/services/environments";

type Delivery = Schemas["EnvironmentAnswer"]["delivery"];

interface Props {
  /** The one to rename, or that there is to be a new one. */
  of: Schemas["EnvironmentAnswer"] | "new";
  close: () => void;
}

/** Makes an environment, or gives one another name. The page is loaded anew, since it is about one of them. */
export function EnvironmentDialog({ of, close }: Props) {
  const isNew = of === "new";
  const [name, setName] = useState(isNew ? "" : of.name);
  const [delivery, setDelivery] = useState<Delivery>("simulated");

  const act = async () => {
    if (isNew) {
      await makeEnvironment({ name, delivery });
      location.reload();
      return;
    }
    await renameEnvironment(of.id, name);
    if (of.name === environment()) location.assign(addressOf(name, []));
    else location.reload();
  };

  return (
    <FormDialog title={isNew ? "Make an environment" : `Rename ${of.name}`} opened close={close} verb={isNew ? "Make it" : "Rename"} act={act}>
      <TextInput
        label="Name"
        description={isNew ? "Small letters, digits and dashes, such as staging." : "Its keys go on opening it."}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        pattern="[a-z][a-z0-9\-]{0,39}"
        required
        data-autofocus
      />
      {isNew && (
        <Radio.Group label="Messages" value={delivery} onChange={(value) => setDelivery(value === "live" ? "live" : "simulated")}>
          <Stack gap="xs" mt={6}>
            <Radio value="simulated" label="Stay in the outbox" description="To try things: nobody gets anything." />
            <Radio value="live" label="Go to providers" description="Real messages to real people. It stays as it is made." />
          </Stack>
        </Radio.Group>
      )}
    </FormDialog>
  );
}
