import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";

export interface TestSend {
  provider: string;
  /** The recipient, as `message.to` has it. */
  to: Record<string, unknown>;
  title: string;
  body: string;
}

/** Sends a real message by one provider, and by no other; gives its id. */
export async function testSend({ provider, to, title, body }: TestSend): Promise<string> {
  const message = { to: to as Schemas["SendRecipient"], content: { title, body }, routing: { method: "single" as const, channels: [provider] } }; // a recipient has any keys
  const { requestId } = await answer(api.POST("/send", { body: { message } }));
  return requestId;
}

const FINAL = ["DELIVERED", "OPENED", "CLICKED", "SENT", "SIMULATED", "UNDELIVERABLE", "UNROUTABLE", "CANCELED", "FILTERED", "THROTTLED"];

/** What becomes of that message, until that is known. */
export const testedQuery = (message_id: string | undefined) =>
  queryOptions({
    queryKey: ["messages", message_id],
    enabled: message_id !== undefined,
    queryFn: ({ signal }) => answer(api.GET("/messages/{message_id}", { params: { path: { message_id: message_id ?? "" } }, signal })),
    refetchInterval: ({ state: { data } }) => (data && FINAL.includes(data.status) ? false : 1000),
    retry: 20, // it is there once the request has been applied
    retryDelay: 500,
  });

/** What a recipient is called on each channel or by each provider, and what one looks like. */
const ADDRESSES: Readonly<Record<string, Record<string, unknown>>> = {
  email: { email: "" },
  sms: { phone_number: "" },
  whatsapp: { phone_number: "" },
  telegram: { telegram: { chat_id: "" } },
  slack: { slack: { channel: "#general" } },
  msteams: { ms_teams: { webhook_url: "https://…" } },
  discord: { discord: { channel_id: "" } },
  "firebase-fcm": { firebaseToken: "" },
  apn: { apn: { token: "" } },
  expo: { expo: { token: "ExponentPushToken[…]" } },
  "web-push": { web_push: { endpoint: "https://…", keys: { p256dh: "", auth: "" } } },
  webhook: { webhook: { url: "https://…" } },
};

/** Gives a recipient to fill in for a provider of a channel. */
export function blankRecipient(provider: string, channel: string): Record<string, unknown> {
  return ADDRESSES[provider] ?? ADDRESSES[channel] ?? {};
}

/** The one field of a recipient that is an address alone; undefined when it takes more than one. */
export function soleField(recipient: Record<string, unknown>): string | undefined {
  const [entry, ...more] = Object.entries(recipient);
  return entry && more.length === 0 && entry[1] === "" ? entry[0] : undefined;
}
