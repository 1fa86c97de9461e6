import { IconBoxMultiple, IconRepeat } from "@tabler/icons-react";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { childrenOf, textOf } from "../node";
import { BoxFields, color, css } from "./fields";
import classes from "./nodes.module.css";

function View({ node, path, slot }: ViewProps) {
  return (
    <div
      className={classes.group}
      style={{ background: color(node, "background_color"), borderColor: color(node, "border_color"), borderRadius: css(node, "border_radius"), padding: css(node, "padding") }}
    >
      {slot(node, path)}
    </div>
  );
}

function Inspector(props: InspectorProps) {
  return <BoxFields {...props} radius />;
}

export const group: Kind = {
  type: "group",
  label: "Group",
  hint: "Blocks that share a condition or a background",
  icon: IconBoxMultiple,
  starts: [
    { label: "Group", hint: "Blocks that share a condition or a background", icon: IconBoxMultiple, words: "section box", make: () => ({ type: "group", elements: [{ type: "text", content: "" }] }) },
    { label: "Repeat", hint: "Blocks for each item of a list", icon: IconRepeat, words: "loop each", make: () => ({ type: "group", loop: "data.items", elements: [{ type: "text", content: "{{$.item.name}}" }] }) },
  ],
  make: () => ({ type: "group", elements: [] }),
  View,
  Inspector,
  summary: (node) => [textOf(node, "loop") && `for each of ${textOf(node, "loop")}`, `${childrenOf(node).length} blocks`].filter(Boolean).join(", "),
  holds: true,
};
