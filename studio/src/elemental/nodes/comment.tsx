import { Textarea } from "@mantine/core";
import { IconMessage } from "@tabler/icons-react";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { textOf } from "../node";
import classes from "./nodes.module.css";

function View({ node }: ViewProps) {
  return (
    <div className={classes.comment}>
      <IconMessage size={16} aria-label="A note between authors" />
      <span>{textOf(node, "comment") || textOf(node, "content") || "A note: nobody is sent it"}</span>
    </div>
  );
}

function Inspector({ node, change }: InspectorProps) {
  const field = node.content !== undefined && node.comment === undefined ? "content" : "comment";
  return <Textarea label="Note" description="Between authors: nobody is sent it" autosize minRows={3} value={textOf(node, field)} onChange={({ currentTarget: { value } }) => change({ [field]: value })} />;
}

export const comment: Kind = {
  type: "comment",
  label: "Note",
  hint: "Between authors: nobody is sent it",
  icon: IconMessage,
  words: "comment todo",
  make: () => ({ type: "comment", comment: "" }),
  View,
  Inspector,
  summary: (node) => textOf(node, "comment") || textOf(node, "content"),
};
