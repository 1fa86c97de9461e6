import { Group, Stack, Text } from "@mantine/core";
import type { Schemas } from "#/api/client";
import { Mark } from "./Timeline";

const NAMES: Record<string, string> = {
  call: "Call",
  map: "Event",
  template: "Template",
  profile: "Profile",
  whether: "May it go?",
  route: "Way",
  render: "Writing",
  attempt: "Attempt",
  end: "End",
};

/** Decisions, each with what came of it and why. */
export function Decisions({ steps }: { steps: readonly Schemas["data_logs_explanation_Step"][] }) {
  return (
    <Stack gap="sm" component="ol" m={0} p={0} style={{ listStyle: "none" }}>
      {steps.map((step, index) => (
        <Group key={index} component="li" gap="sm" wrap="nowrap" align="flex-start">
          <Mark verdict={step.verdict} />
          <div style={{ minWidth: 0 }}>
            <Text size="sm" fw={550} lh="1.6rem">
              {NAMES[step.step] ?? step.step}
            </Text>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {step.why}
            </Text>
          </div>
        </Group>
      ))}
    </Stack>
  );
}
