import { Alert, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { nameOf } from "#/elemental/channels";
import type { ChannelPreview } from "#/services/templates";
import { ChatPreview, InboxPreview, PushPreview, RawPreview, SmsPreview } from "./Cards";
import { EmailPreview } from "./EmailPreview";
import { listed, pressables, type Rendered, rendered, said } from "./rendered";
import { Mrkdwn, SlackPreview } from "./SlackPreview";
import { TeamsPreview } from "./TeamsPreview";

/** What one channel would show. */
export function PlacePreview({ shown }: { shown: ChannelPreview }) {
  const name = nameOf(shown.channel);
  if (shown.error) {
    return (
      <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={`${name} cannot be drawn`}>
        {shown.error}
      </Alert>
    );
  }
  if (shown.nothing) {
    return (
      <Text size="sm" c="dimmed" ta="center" py="xl">
        Nothing is sent by {name} here: {shown.nothing.replace(/^elements\S*: /, "").replaceAll("`", "")}.
      </Text>
    );
  }
  const content = rendered(shown.content);
  switch (shown.channel) {
    case "email":
      return <EmailPreview subject={said(content, "subject")} html={said(content, "html")} text={said(content, "text")} />;
    case "sms":
      return <SmsPreview text={said(content, "body")} segments={shown.segments} />;
    case "push":
      return <PushPreview title={said(content, "title")} body={said(content, "body")} image={said(content, "image")} />;
    case "inbox":
      return <InboxPreview title={said(content, "title")} body={said(content, "body")} actions={pressables(content)} />;
    case "slack":
      return <SlackPreview blocks={listed(content.blocks)} text={said(content, "text")} />;
    case "msteams":
      return <TeamsPreview card={rendered(content.card)} text={said(content, "text")} />;
    case "whatsapp":
      return content.template ? (
        <RawPreview rendered={content} />
      ) : (
        <ChatPreview name="Your business" text={<Mrkdwn text={escaped(said(content, "body"))} />} picture={pictureOf(rendered(shown.output))} tone="whatsapp" />
      );
    case "telegram":
      return <ChatPreview name="Your bot" text={said(content, "text").replace(/<[^>]*>/g, "")} tone="telegram" />;
    case "discord":
      return <ChatPreview name="Your bot" text={said(content, "content")} tone="discord" />;
    default:
      return <RawPreview rendered={rendered(shown.output)} />;
  }
}

/** The picture that a WhatsApp message is sent as. */
const pictureOf = (output: Rendered) => said(listed(output.blocks)[0] ?? {}, "link");

/** WhatsApp's marks are Slack's, but for links, which are bare: what Slack would take for one is text. */
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
