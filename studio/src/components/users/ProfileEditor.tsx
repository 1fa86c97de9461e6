import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "#/api/client";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { type Operation, patchOf, readTraits, type Traits } from "#/services/jsonPatch";
import { patchProfile, profileQuery } from "#/services/profiles";

interface Props {
  id: string;
  traits: Traits;
  close: () => void;
}

/** Edits a profile as JSON. Only what was changed is written, and nothing of it when somebody else changed the same. */
export function ProfileEditor({ id, traits, close }: Props) {
  const client = useQueryClient();
  const [before] = useState(traits); // what others change meanwhile is found by the patch's tests
  const [text, setText] = useState(() => JSON.stringify(traits, null, 2));
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const read = readTraits(text);
  const patch = typeof read === "string" ? [] : patchOf(before, read);
  const changes = patch.filter(({ op }) => op !== "test");

  const save = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      await patchProfile(id, patch);
      await client.invalidateQueries({ queryKey: profileQuery(id).queryKey });
      close();
    } catch (reason) {
      setFault(reason);
      setBusy(false);
    }
  };

  return (
    <Card title="Edit the profile">
      <Stack>
        <Textarea
          aria-label="The profile as JSON"
          autosize
          minRows={8}
          maxRows={28}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8125rem" } }}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={typeof read === "string" ? read : undefined}
          data-autofocus
        />
        {changes.length > 0 && <Changes changes={changes} />}
        {fault !== undefined && <Failure error={fault} title={fault instanceof ApiError && fault.message.includes("test failed") ? "Somebody else changed the same. Close, and begin with what stands now" : "It was not saved"} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button onClick={() => void save()} loading={busy} disabled={typeof read === "string" || changes.length === 0}>
            {changes.length > 1 ? `Save ${changes.length} changes` : "Save"}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

const VERBS: Record<Operation["op"], string> = { test: "", add: "new", replace: "changed", remove: "removed" };

function Changes({ changes }: { changes: readonly Operation[] }) {
  return (
    <Alert variant="light" title="What will be written" icon={false}>
      {changes.map(({ op, path, value }) => (
        <Text key={path} size="sm" style={{ overflowWrap: "anywhere" }}>
          {`${VERBS[op]} ${path.slice(1).replaceAll("/", ".")}${op === "remove" ? "" : `: ${JSON.stringify(value)}`}`}
        </Text>
      ))}
    </Alert>
  );
}
