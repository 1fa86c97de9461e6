import { Badge, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Schemas } from "#/api/client";
import { Code } from "#/components/ui/Code";
import { Picture } from "#/components/ui/Picture";
import classes from "./preview.module.css";
import type { Pressable, Rendered } from "./rendered";

/** A text message, and what it costs. */
export function SmsPreview({ text, segments }: { text: string; segments: Schemas["Segments"] | null | undefined }) {
  return (
    <Stack gap="xs">
      <div className={classes.phone}>
        <div className={classes.bubble}>{text}</div>
      </div>
      {segments && (
        <Group gap="xs">
          <Badge variant={segments.count > 1 ? "outline" : "light"} tt="none" color={segments.count > 1 ? "red" : "teal"}>
            {segments.count === 1 ? "1 segment" : `${segments.count} segments`}
          </Badge>
          <Badge variant="default" tt="none">
            {segments.encoding}
          </Badge>
          <Text size="xs" c="dimmed">
            {segments.units} {segments.encoding === "GSM-7" ? "characters" : "units"}, paid for as {segments.count === 1 ? "one message" : `${segments.count} messages`}
          </Text>
        </Group>
      )}
    </Stack>
  );
}

const PUSH = [
  { name: "iOS", title: 50, body: 150 },
  { name: "Android", title: 65, body: 240 },
] as const;

/** A push notification as phones show it before it is opened: cut where they cut. */
export function PushPreview({ title, body, image }: { title: string; body: string; image: string }) {
  return (
    <SimpleGrid cols={1} spacing="sm">
      {PUSH.map((platform) => (
        <div key={platform.name}>
          <Text size="xs" c="dimmed" mb={4}>
            {platform.name}
          </Text>
          <div className={classes.push} data-platform={platform.name}>
            <div className={classes.app} aria-hidden />
            <div className={classes.pushWords}>
              <Text size="sm" fw={600}>
                {cut(title, platform.title)}
              </Text>
              <Text size="sm">{cut(body, platform.body)}</Text>
            </div>
            {image && <Picture src={image} alt="" className={classes.pushImage} />}
          </div>
        </div>
      ))}
    </SimpleGrid>
  );
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).trimEnd()}…` : text;
}

export function InboxPreview({ title, body, actions }: { title: string; body: string; actions: readonly Pressable[] }) {
  return (
    <div className={classes.inbox}>
      <span className={classes.unread} aria-hidden />
      <Stack gap={4} flex={1} miw={0}>
        <Text size="sm" fw={600}>
          {title || "(no title)"}
        </Text>
        <Text size="sm" className={classes.lines ?? ""}>
          {body}
        </Text>
        <Buttons actions={actions} />
      </Stack>
      <Text size="xs" c="dimmed">
        now
      </Text>
    </div>
  );
}

export function Buttons({ actions }: { actions: readonly Pressable[] }) {
  if (!actions.length) return null;
  return (
    <Group gap="xs" mt={4}>
      {actions.map((action, index) => (
        <span key={index} className={classes.button} title={action.href}>
          {action.content}
        </span>
      ))}
    </Group>
  );
}

/** A chat's message where we know no more of it than its words. */
export function ChatPreview({ name, text, picture = "", actions = [], tone }: { name: string; text: ReactNode; picture?: string; actions?: readonly Pressable[]; tone: string }) {
  return (
    <div className={classes.chat} data-tone={tone}>
      <div className={classes.avatar} aria-hidden>
        {name.slice(0, 1)}
      </div>
      <Stack gap={2} flex={1} miw={0}>
        <Text size="sm" fw={700}>
          {name}
        </Text>
        {picture && <Picture className={classes.picture} src={picture} alt="" />}
        <Text size="sm" component="div" className={classes.lines ?? ""}>
          {text}
        </Text>
        <Buttons actions={actions} />
      </Stack>
    </div>
  );
}

/** What is sent, as it is. */
export function RawPreview({ rendered }: { rendered: Rendered }) {
  return (
    <Code label="What is sent" wrap>
      {JSON.stringify(rendered, null, 2)}
    </Code>
  );
}
