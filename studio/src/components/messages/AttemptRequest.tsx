import { List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Code } from "#/components/ui/Code";
import { Loaded } from "#/components/ui/Loaded";
import type { Schemas } from "#/api/client";
import { requestsQuery } from "#/services/messages";
import { cutNote, mailText, requestText } from "./requestText";

interface Props {
  id: string;
  /** What changes when something happened to the message. */
  stamp: string;
  /** Which attempt of the message. */
  index: number;
}

/** What one attempt asked its provider, or why that cannot be shown. */
export function AttemptRequest({ id, stamp, index }: Props) {
  const requests = useQuery(requestsQuery(id, stamp));
  return (
    <Loaded query={requests} failure="The request could not be written">
      {({ results, why }) => {
        const asked = results[index];
        const reason = asked ? asked.why : why;
        return reason || !asked ? (
          <Text size="sm" c="dimmed">
            {reason || "This attempt is not on record any more."}
          </Text>
        ) : (
          <Asked asked={asked} />
        );
      }}
    </Loaded>
  );
}

function Asked({ asked: { provider, requests, mail, left_out, notes } }: { asked: Schemas["AttemptRequest"] }) {
  const said = [...notes, ...left_out.map((file) => `What is in ${file} is not shown.`)];
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        Written again from what was rendered, with the account’s settings of today. Secrets are hidden; times and signatures are new.
      </Text>
      {said.length > 0 && (
        <List size="sm">
          {said.map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      )}
      {requests.map((request, index) => (
        <Part key={index} label={request.sends ? `What ${provider} was asked` : "Looked up before"} note={cutNote({ ...request, shown: request.body })}>
          {requestText(request)}
        </Part>
      ))}
      {mail && (
        <Part label={`What ${mail.server} was told`} note={cutNote({ ...mail, shown: mail.message })}>
          {mailText(mail)}
        </Part>
      )}
    </Stack>
  );
}

function Part({ label, note, children }: { label: string; note: string | undefined; children: string }) {
  return (
    <Stack gap={4}>
      <Text size="xs" fw={550}>
        {label}
      </Text>
      <Code label={label} wrap>
        {children}
      </Code>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Stack>
  );
}
