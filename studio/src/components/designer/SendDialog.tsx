import { Alert, Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { TextLink } from "#/components/ui/links";
import type { Document } from "#/elemental/node";
import { type Preview, type PreviewAsked, sendMessage, type Template } from "#/services/templates";
import type { Facts } from "./designer";

interface Props {
  template: Template;
  facts: Facts;
  document: Document;
  sample: PreviewAsked;
  preview: Preview | undefined;
  opened: boolean;
  close: () => void;
}

const WAYS = {
  email: { label: "Email", field: "email", title: "Your address", placeholder: "you@example.com" },
  sms: { label: "SMS", field: "phone_number", title: "Your number", placeholder: "+491701234567" },
  user: { label: "A user, as they would get it", field: "user_id", title: "Id of the user", placeholder: "ann" },
} as const;

type Way = keyof typeof WAYS;
const KEPT = "tidings.designer.me";

/** Sends what stands on the canvas, published or not, to whoever is typed. */
export function SendDialog({ template, facts, document, sample, preview, opened, close }: Props) {
  const [way, setWay] = useState<Way>("email");
  const [address, setAddress] = useState(() => localStorage.getItem(KEPT) ?? "");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [sent, setSent] = useState<string | undefined>();
  const { field, title, placeholder } = WAYS[way];

  const send = async () => {
    setBusy(true);
    setError(undefined);
    setSent(undefined);
    try {
      if (way === "email") localStorage.setItem(KEPT, address);
      const from = facts.email;
      const overrides = from && { ...(from.from && { from: from.from }), ...(from.reply_to && { reply_to: from.reply_to }) };
      const id = await sendMessage({
        to: { [field]: address.trim(), ...(sample.locale && { locale: sample.locale }) },
        content: document,
        data: sample.data ?? {},
        ...(facts.brand && { brand_id: facts.brand.id }),
        ...(way !== "user" && { routing: { method: "single", channels: [way] } }),
        ...(overrides && Object.keys(overrides).length > 0 && { channels: { email: { override: overrides } } }),
        metadata: { tags: ["designer"], trace_id: template.id },
      });
      setSent(id);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal opened={opened} onClose={close} title="Send this to me" centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            What stands on the canvas is sent once, as a real message, with the data of the preview’s menu. Nothing is published.
          </Text>
          <Select
            label="By"
            allowDeselect={false}
            data={Object.entries(WAYS).map(([value, { label }]) => ({ value, label }))}
            value={way}
            onChange={(value) => (value === "email" || value === "sms" || value === "user") && setWay(value)}
            comboboxProps={{ withinPortal: true }}
          />
          <TextInput label={title} type={way === "email" ? "email" : "text"} placeholder={placeholder} required data-autofocus value={address} onChange={(event) => setAddress(event.currentTarget.value)} />
          {(preview?.channels[way === "user" ? "email" : way]?.missing ?? []).length > 0 && (
            <Text size="xs" c="dimmed">
              Some variables have no value: they are left empty.
            </Text>
          )}
          {error !== undefined && <Failure error={error} title="It was not sent" />}
          {sent && (
            <Alert color="teal" variant="light" icon={<IconCheck aria-hidden />} title="On its way">
              <TextLink to="/logs/$id" params={{ id: sent }} size="sm">
                See what becomes of it
              </TextLink>
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Close
            </Button>
            <Button type="submit" loading={busy} disabled={!address.trim()}>
              Send
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
