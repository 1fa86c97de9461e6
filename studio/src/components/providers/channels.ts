/** What channels are called to people; others go by their own name. */
export const CHANNELS: Readonly<Record<string, string>> = {
  email: "Email",
  sms: "SMS",
  push: "Push",
  direct_message: "Chat",
  webhook: "Webhook",
  inbox: "Inbox",
};
