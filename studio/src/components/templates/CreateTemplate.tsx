import { Button, Group, Modal, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { BEGINNINGS } from "#/elemental/starts";
import { createTemplate } from "#/services/templates";
import classes from "./CreateTemplate.module.css";

/** Makes a template, of nothing or of one of a few beginnings, and opens it. */
export function CreateTemplate({ opened, close }: { opened: boolean; close: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [start, setStart] = useState("blank");
  const create = useMutation({
    mutationFn: () => {
      const { content } = BEGINNINGS.find((each) => each.id === start) ?? { content: { version: "2022-01-01", elements: [] } };
      return createTemplate({ name: name.trim(), content: { ...content }, tags: [], brand: null, subscription: null, routing: null, missing_variables: "empty" });
    },
    onSuccess: async ({ id }) => {
      void client.invalidateQueries({ queryKey: ["templates", "list"] });
      await navigate({ to: "/templates/$id", params: { id } });
    },
  });

  return (
    <Modal opened={opened} onClose={close} title="New template" size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack>
          <TextInput label="Name" placeholder="Order confirmation" required maxLength={255} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Text size="sm" fw={500} id="beginnings">
            Begin with
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" role="radiogroup" aria-labelledby="beginnings">
            {BEGINNINGS.map((each) => (
              <UnstyledButton
                key={each.id}
                role="radio"
                aria-checked={each.id === start}
                className={classes.start}
                onClick={() => {
                  setStart(each.id);
                  if (!name && each.id !== "blank") setName(each.name);
                }}
              >
                <Text size="sm" fw={600}>
                  {each.name}
                </Text>
                <Text size="xs" c="dimmed">
                  {each.hint}
                </Text>
              </UnstyledButton>
            ))}
          </SimpleGrid>
          {create.isError && <Failure error={create.error} title="The template was not made" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
