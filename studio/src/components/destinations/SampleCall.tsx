import { JsonInput, Select, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ago } from "#/components/ui/time";
import { callQuery, sampleCallsQuery } from "#/services/sampleCalls";
import classes from "./Condition.module.css";

/** What is tried on where nothing has come in yet. */
export const SAMPLE = JSON.stringify(
  { type: "track", userId: "user-123", event: "Order Completed", properties: { total: 27.5, currency: "EUR" } },
  null,
  2,
);

interface Props {
  /** A call as JSON. */
  value: string;
  change: (value: string) => void;
}

/** A call to try something on: one of the newest from the log, or one that is typed. */
export function SampleCall({ value, change }: Props) {
  const { data } = useQuery(sampleCallsQuery);
  const client = useQueryClient();
  const take = async (id: string | null) => {
    if (id === null) return;
    const { call } = await client.query(callQuery(id));
    change(JSON.stringify(call, null, 2));
  };
  return (
    <Stack gap="sm">
      {data && data.length > 0 && (
        <Select
          label="From the log"
          placeholder="Take one of the newest calls"
          searchable
          data={data.map(({ id, type, name, user_id, anonymous_id, received_at }) => ({
            value: id,
            label: `${name ?? type} · ${user_id ?? anonymous_id ?? "nobody"} · ${ago(received_at)}`,
          }))}
          onChange={(id) => void take(id)}
        />
      )}
      <JsonInput label="Call" autosize minRows={8} maxRows={18} formatOnBlur value={value} onChange={change} classNames={{ input: classes.input ?? "" }} validationError="This is no JSON" />
    </Stack>
  );
}

/** Reads a call that was typed; undefined when it is no JSON object. */
export function callOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
