import { Button, Group, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { regulate, type RegulationType } from "#/services/regulations";

const WAYS: readonly { value: RegulationType; label: string; means: string }[] = [
  { value: "DELETE_ONLY", label: "Delete", means: "All that is known of them goes. If they come again, they are new." },
  { value: "SUPPRESS_WITH_DELETE", label: "Delete and suppress", means: "All goes, and calls of theirs are refused from now on." },
  { value: "SUPPRESS_ONLY", label: "Suppress by request", means: "Nothing is deleted, but calls of theirs are refused from now on, and they get nothing." },
];

/** Deletes a user as the law wants it, with a receipt. The id must be typed: it cannot be undone. */
export function Forget({ id, done }: { id: string; done: (regulation: string) => void }) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" c="var(--mantine-color-error)" onClick={open}>
        Delete…
      </Button>
      <Modal opened={opened} onClose={close} title="Delete a user" centered>
        <Form
          id={id}
          close={close}
          done={(regulation) => {
            close();
            done(regulation);
          }}
        />
      </Modal>
    </>
  );
}

function Form({ id, close, done }: { id: string; close: () => void; done: (regulation: string) => void }) {
  const client = useQueryClient();
  const [way, setWay] = useState<RegulationType>("DELETE_ONLY");
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();

  const run = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      const regulation = await regulate(id, way);
      await client.invalidateQueries({ queryKey: ["users", id] });
      done(regulation);
    } catch (reason) {
      setFault(reason);
      setBusy(false);
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <Stack>
        <Radio.Group label="What they asked for" value={way} onChange={(value) => setWay(WAYS.find((each) => each.value === value)?.value ?? way)}>
          <Stack gap="sm" mt="xs">
            {WAYS.map(({ value, label, means }) => (
              <Radio key={value} value={value} label={label} description={means} />
            ))}
          </Stack>
        </Radio.Group>
        <Text size="sm" c="dimmed">
          A worker deletes profile, calls, messages and what else names them, and writes a receipt of what went. Outside destinations are asked to delete them too; the receipt says what each answered.
        </Text>
        <TextInput label={`Type ${id} to go on`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" data-autofocus />
        {fault !== undefined && <Failure error={fault} title="It could not be asked for" />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" color="red.9" loading={busy} disabled={typed !== id}>
            {WAYS.find(({ value }) => value === way)?.label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
