import { SimpleGrid, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FormDialog } from "#/components/ui/FormDialog";
import { BEGINNINGS } from "#/elemental/starts";
import { useChange } from "#/services/changing";
import { createTemplate } from "#/services/templates";
import classes from "./CreateTemplate.module.css";

const NOTHING = { version: "2022-01-01", elements: [] };

/** Makes a template, of nothing or of one of a few beginnings, and opens it. */
export function CreateTemplate({ opened, close }: { opened: boolean; close: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [start, setStart] = useState("blank");
  const { mutateAsync } = useChange(createTemplate, ["templates", "list"]);

  const act = async () => {
    const { content } = BEGINNINGS.find((each) => each.id === start) ?? { content: NOTHING };
    const { id } = await mutateAsync({ name: name.trim(), content: { ...content }, tags: [], brand: null, subscription: null, routing: null, missing_variables: "empty" });
    await navigate({ to: "/templates/$id", params: { id } });
  };

  return (
    <FormDialog title="New template" size="lg" opened={opened} close={close} verb="Create" act={act} ready={name.trim() !== ""} failure="The template was not made">
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
    </FormDialog>
  );
}
