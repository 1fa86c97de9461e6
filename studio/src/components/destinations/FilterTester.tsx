import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { Json } from "#/components/ui/Json";
import { Words } from "#/components/ui/Words";
import { useChange } from "#/services/changing";
import { type Action, testFilter } from "#/services/destinations";
import { callOf, SAMPLE, SampleCall } from "./SampleCall";

interface Props {
  condition: string;
  actions: Action[];
  /** Told when the condition cannot be read. */
  refused: (error: unknown) => void;
}

/** Tries a filter on one call: whether the condition holds, why, and what becomes of the call. */
export function FilterTester({ condition, actions, refused }: Props) {
  const [text, setText] = useState(SAMPLE);
  const { mutate, data, error, isPending } = useChange(testFilter);
  const call = callOf(text);
  const ofCondition = error?.message.startsWith("if:") ?? false;

  const go = () => {
    refused(undefined);
    if (call) mutate({ if: condition, call, actions }, { onError: (reason) => reason.message.startsWith("if:") && refused(reason) });
  };

  return (
    <Card title="Try it">
      <Stack>
        <SampleCall value={text} change={setText} />
        <Group>
          <Button variant="default" onClick={go} loading={isPending} disabled={!call || !condition.trim()}>
            Try on this call
          </Button>
        </Group>
        {error && !ofCondition && <Failure error={error} title="It could not be tried" />}
        {data && (
          <Stack gap="sm" role="status">
            <Group gap="xs">
              <Badge variant="light" radius="sm" tt="none" color={data.holds ? "teal" : "gray"}>
                {data.holds ? "The condition holds" : "The condition does not hold"}
              </Badge>
              <Badge variant="light" radius="sm" tt="none" color={data.passes ? "teal" : "red"}>
                {data.passes ? "The call goes on" : "The call is kept back"}
              </Badge>
            </Group>
            <Text size="sm">
              <Words>{data.why}</Words>
            </Text>
            {data.passes && <Json value={data.call} label="The call as it goes on" />}
          </Stack>
        )}
      </Stack>
    </Card>
  );
}
