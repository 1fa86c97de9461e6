import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { useChange } from "#/services/changing";
import { createSource, SOURCES } from "#/services/sources";

/** Asks for a name; the rest is on the source's own page. */
export function NewSource({ opened, close }: { opened: boolean; close: () => void }) {
  const [name, setName] = useState("");
  const navigate = useNavigate();
  const { mutate, isPending, error } = useChange(createSource, SOURCES);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    mutate(name.trim(), { onSuccess: ({ id }) => void navigate({ to: "/sources/$id", params: { id: String(id) } }) });
  };

  return (
    <Modal opened={opened} onClose={close} title="New source" centered>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description="What sends the calls: “Web shop”, “iOS app”. It can be changed later."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={255}
            required
            data-autofocus
          />
          {error && <Failure error={error} title="The source could not be made" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending} disabled={!name.trim()}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
