import { Textarea } from "@mantine/core";
import { IconBrackets } from "@tabler/icons-react";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { textOf } from "../node";
import classes from "./nodes.module.css";

function View({ node }: ViewProps) {
  return (
    <div className={classes.source}>
      <span className={classes.sourceLabel}>JSON, for Slack and Teams alone</span>
      <code>{textOf(node, "content").slice(0, 400) || "Write it at the right"}</code>
    </div>
  );
}

function Inspector({ node, change }: InspectorProps) {
  return (
    <Textarea
      label="Blocks of Slack, or a card’s body"
      classNames={{ input: classes.mono ?? "" }}
      autosize
      minRows={6}
      maxRows={24}
      spellCheck={false}
      value={textOf(node, "content")}
      onChange={({ currentTarget: { value } }) => change({ content: value })}
    />
  );
}

export const jsonnet: Kind = {
  type: "jsonnet",
  label: "Blocks as JSON",
  hint: "For Slack and Teams alone",
  icon: IconBrackets,
  words: "jsonnet block kit adaptive card",
  make: () => ({ type: "jsonnet", content: '{ type: "section", text: { type: "mrkdwn", text: "Hello" } }' }),
  View,
  Inspector,
  summary: (node) => textOf(node, "content").slice(0, 80),
};
