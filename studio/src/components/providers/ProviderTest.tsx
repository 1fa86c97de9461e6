import { Button, Group, JsonInput, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { environment } from "#/api/environment";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { Note } from "#/components/ui/Note";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { record } from "#/components/ui/settings";
import { useChange } from "#/services/changing";
import { type Provider, providersQuery } from "#/services/providers";
import { sessionQuery } from "#/services/session";
import { blankRecipient, soleField, testedQuery, testSend } from "#/services/testSend";

interface Props {
  provider: Provider;
  channel: string;
  name: string;
}

const LABELS: Readonly<Record<string, string>> = { email: "Email address", phone_number: "Phone number" };

/** Sends a real message to an address that is typed, and tells what became of it. */
export function ProviderTest({ provider, channel, name }: Props) {
  const blank = blankRecipient(provider.provider, channel);
  const field = soleField(blank);
  const [address, setAddress] = useState("");
  const [json, setJson] = useState(() => JSON.stringify(blank, null, 2));
  const [title, setTitle] = useState("A test of tidings");
  const [body, setBody] = useState("This message was sent from Studio to see whether it arrives.");
  const { mutate, data: id, error, isPending } = useChange(testSend);
  const { data: session } = useQuery(sessionQuery);
  const { data: all } = useQuery(providersQuery);
  const simulated = session?.environments.find((each) => each.name === environment())?.delivery === "simulated";
  const older = all?.find((each) => each.provider === provider.provider);
  const to = field ? { [field]: address.trim() } : parsed(json);

  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    if (to) mutate({ provider: provider.provider, to, title, body });
  };

  return (
    <Card title="Send a test">
      <form onSubmit={send}>
        <Stack>
          {simulated && (
            <Note tone="wait" title="This environment only simulates">
              The message goes to the outbox, and nobody gets it.
            </Note>
          )}
          {older && older.id !== provider.id && (
            <Note tone="wait" title={`Another account at ${name} is older`}>
              It is asked first, and this one only when that cannot deliver. To try the settings here, log in.
            </Note>
          )}
          {field ? (
            <TextInput
              label={LABELS[field] ?? "Address"}
              type={field === "email" ? "email" : field === "phone_number" ? "tel" : "text"}
              placeholder={field === "email" ? "you@example.com" : field === "phone_number" ? "+15005550006" : ""}
              required
              value={address}
              onChange={(event) => setAddress(event.currentTarget.value)}
            />
          ) : (
            <JsonInput
              label="Recipient"
              description="As message.to has it; a profile holds the same."
              autosize
              minRows={4}
              value={json}
              onChange={setJson}
              validationError="This is no JSON"
              formatOnBlur
            />
          )}
          <TextInput label="Title" value={title} maxLength={200} onChange={(event) => setTitle(event.currentTarget.value)} />
          <Textarea label="Text" value={body} autosize minRows={2} maxRows={6} onChange={(event) => setBody(event.currentTarget.value)} />
          <Group>
            <Button type="submit" loading={isPending} disabled={!to || (field !== undefined && !address.trim())}>
              Send a real message
            </Button>
          </Group>
          {error && <Failure error={error} title="It was not sent" />}
          {id !== undefined && <Became id={id} />}
        </Stack>
      </form>
    </Card>
  );
}

function Became({ id }: { id: string }) {
  const { data, error } = useQuery(testedQuery(id));
  if (error) return <Failure error={error} title="What became of it could not be read" />;
  return (
    <Group gap="sm" role="status">
      <StatusBadge status={data?.status ?? "ENQUEUED"} />
      <Text size="sm" flex={1} miw="10rem">
        {data?.error ?? data?.reason}
      </Text>
      <Text size="xs" c="dimmed" ff="monospace">
        {id}
      </Text>
    </Group>
  );
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const found = record(JSON.parse(text));
    return Object.keys(found).length > 0 ? found : undefined;
  } catch {
    return undefined;
  }
}
