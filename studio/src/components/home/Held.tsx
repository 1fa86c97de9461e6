import { Alert, Stack, Text } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Code } from "#/components/ui/Code";
import { healthQuery } from "#/services/health";

/** Nothing is sent until a person says so: why, and how to say so. */
export function Held() {
  const { data } = useQuery(healthQuery);
  if (data?.status !== "held") return null;
  const because = Object.values(data.components).find((word) => word.startsWith("held"));
  return (
    <Alert color="yellow" variant="light" title="No message is sent" icon={<IconHandStop aria-hidden />} role="status">
      <Stack gap="sm">
        <Text size="sm">
          This installation is {because ?? "held"}. Calls are taken and applied as ever; messages wait. Where tidings runs:
        </Text>
        <Code label="The command that lets messages go">tidings release</Code>
      </Stack>
    </Alert>
  );
}
