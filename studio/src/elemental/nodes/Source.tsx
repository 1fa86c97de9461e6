import { Textarea } from "@mantine/core";
import type { InspectorProps, ViewProps } from "../kind";
import { textOf } from "../node";
import classes from "./nodes.module.css";

/** The beginning of what somebody wrote as it is, and whom it is for. */
export function SourceView({ node, label }: ViewProps & { label: string }) {
  return (
    <div className={classes.source}>
      <span className={classes.sourceLabel}>{label}</span>
      <code>{textOf(node, "content").slice(0, 400) || "Write it at the right"}</code>
    </div>
  );
}

/** Where it is written. */
export function SourceInspector({ node, change, label, description }: InspectorProps & { label: string; description?: string }) {
  return (
    <Textarea
      label={label}
      description={description}
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
