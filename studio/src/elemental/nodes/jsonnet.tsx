import { IconBrackets } from "@tabler/icons-react";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { textOf } from "../node";
import { SourceInspector, SourceView } from "./Source";

const View = (props: ViewProps) => <SourceView {...props} label="JSON, for Slack and Teams alone" />;

const Inspector = (props: InspectorProps) => <SourceInspector {...props} label="Blocks of Slack, or a card’s body" />;

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
