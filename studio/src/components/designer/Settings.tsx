import { Select, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ConditionEditor } from "#/components/conditions/ConditionEditor";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { brandChoiceQuery } from "#/services/brands";
import { strategyChoiceQuery } from "#/services/routingStrategies";
import { archiveTemplate, type Template } from "#/services/templates";
import { type Facts, useDesigner } from "./designer";
import { EventsField } from "./EventsField";

interface Props {
  template: Template;
  facts: Facts;
  setFacts: (facts: Facts) => void;
}

const MISSING = [
  { value: "empty", label: "Leave it empty" },
  { value: "visible", label: "Show its name" },
  { value: "refuse", label: "Send nothing" },
] as const;

/** What a template says beside its words. */
export function Settings({ template, facts, setFacts }: Props) {
  const navigate = useNavigate();
  const { variables } = useDesigner();
  const { data: brands } = useQuery(brandChoiceQuery);
  const { data: strategies } = useQuery(strategyChoiceQuery);
  const email = facts.email ?? null;
  const setEmail = (changed: Readonly<Record<string, string | null>>) => setFacts({ ...facts, email: { ...email, ...changed } });
  return (
    <Stack>
      <EventsField template={template} />
      <TagsInput label="Tags" description="To find it by" value={facts.tags ?? []} onChange={(tags) => setFacts({ ...facts, tags })} comboboxProps={{ withinPortal: true }} />
      <Select
        label="Brand"
        description="How its emails look"
        placeholder="the default brand"
        clearable
        clearButtonProps={{ "aria-label": "The default brand" }}
        data={(brands?.results ?? []).map((brand) => ({ value: brand.id, label: brand.name }))}
        value={facts.brand?.id ?? null}
        onChange={(id) => setFacts({ ...facts, brand: id ? { id } : null })}
        comboboxProps={{ withinPortal: true }}
      />
      <Select
        label="Routing"
        description="By which channels it goes"
        placeholder="the first channel that reaches the user"
        clearable
        clearButtonProps={{ "aria-label": "No routing strategy" }}
        data={(strategies?.results ?? []).map((strategy) => ({ value: strategy.id, label: strategy.name }))}
        value={facts.routing?.strategy_id ?? null}
        onChange={(id) => setFacts({ ...facts, routing: id ? { strategy_id: id } : null })}
        nothingFoundMessage="No strategy yet: Routing makes one"
        comboboxProps={{ withinPortal: true }}
      />
      <TextInput label="From" description="An email’s sender; variables may stand in it" placeholder="the provider’s sender" value={email?.from ?? ""} onChange={(event) => setEmail({ from: event.currentTarget.value || null })} />
      <TextInput label="Answers go to" placeholder="the sender" value={email?.reply_to ?? ""} onChange={(event) => setEmail({ reply_to: event.currentTarget.value || null })} />
      <Select
        label="A variable without a value"
        allowDeselect={false}
        data={MISSING.map((each) => ({ ...each }))}
        value={facts.missing_variables}
        onChange={(value) => (value === "empty" || value === "visible" || value === "refuse") && setFacts({ ...facts, missing_variables: value })}
        comboboxProps={{ withinPortal: true }}
      />
      <ConditionEditor
        label="Sent when"
        size="sm"
        variables={variables}
        said={facts.if}
        onChange={(said) => setFacts({ ...facts, if: (said ?? null) as NonNullable<Facts["if"]> | null })} // the editor writes what the API reads
      />
      <Text size="xs" c="dimmed">
        Its id is {template.id}
      </Text>
      <ConfirmButton
        color="red"
        variant="light"
        question="It is taken out of use: nothing is sent with it any more. It can still be read by its id."
        verb="Archive"
        act={async () => {
          await archiveTemplate(template.id);
          await navigate({ to: "/templates" });
        }}
      >
        Archive this template
      </ConfirmButton>
    </Stack>
  );
}
