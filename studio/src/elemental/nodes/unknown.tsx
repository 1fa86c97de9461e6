import { JsonInput } from "@mantine/core";
import { IconQuestionMark } from "@tabler/icons-react";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { keyOf } from "../node";
import classes from "./nodes.module.css";

function View({ node }: ViewProps) {
  return (
    <div className={classes.source}>
      <span className={classes.sourceLabel}>{node.type}</span>
      <code>{JSON.stringify(node).slice(0, 200)}</code>
    </div>
  );
}

function Inspector({ node }: InspectorProps) {
  return <JsonInput key={keyOf(node)} label="As it is written" description="The designer does not know this block: it stays as it is" readOnly autosize minRows={4} defaultValue={JSON.stringify(node, null, 2)} />;
}

/** A block that the designer has no form for: it stays as it is. */
export const unknown: Kind = {
  type: "",
  label: "Block",
  hint: "",
  icon: IconQuestionMark,
  starts: [],
  make: () => ({ type: "comment" }),
  View,
  Inspector,
  summary: (node) => node.type,
};
