import { Box, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Ago } from "#/components/ui/Ago";
import { Code } from "#/components/ui/Code";
import { Facts } from "#/components/ui/Facts";
import { Json } from "#/components/ui/Json";
import { Note } from "#/components/ui/Note";
import { StatusBadge } from "#/components/ui/StatusBadge";
import type { SeenCall } from "#/services/debugger";
import classes from "./Debugger.module.css";

/** One call: what became of it and why, as it came, and as it was understood. */
export function DebuggerCall({ call }: { call: SeenCall }) {
  return (
    <Stack className={classes.call ?? ""}>
      <Title order={2} size="h4">
        {call.name ?? call.type}
      </Title>
      <Facts
        of={{
          Status: <StatusBadge status={call.status} />,
          Reason: call.reason && <code>{call.reason}</code>,
          Why: call.detail,
          Type: call.type,
          Received: <Ago at={call.received_at} />,
          Id: <code>{call.id}</code>,
        }}
      />
      {call.warnings.length > 0 && (
        <Note tone="wait" title="It was taken, and something about it was odd">
          <ul className={classes.warnings}>
            {call.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Note>
      )}
      <SimpleGrid cols={{ base: 1, xl: 2 }}>
        <Part title="As it came">
          {typeof call.raw === "string" ? (
            <Code label="The call as it came" wrap>
              {call.raw}
            </Code>
          ) : (
            <Json value={call.raw} label="The call as it came" />
          )}
        </Part>
        <Part title="As it was understood">
          {call.normalised ? (
            <Json value={call.normalised} label="The call as it was understood" />
          ) : (
            <Text size="sm" c="dimmed">
              {call.discarded ? "It was discarded, so nothing was made of it." : "It holds numbers that are too large to show here; look at it as it came."}
            </Text>
          )}
        </Part>
      </SimpleGrid>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box miw={0}>
      <Title order={3} size="h6" mb="xs">
        {title}
      </Title>
      {children}
    </Box>
  );
}
