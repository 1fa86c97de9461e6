import { Textarea } from "@mantine/core";
import { IconCode } from "@tabler/icons-react";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { textOf } from "../node";
import classes from "./nodes.module.css";

function View({ node }: ViewProps) {
  const content = textOf(node, "content");
  return (
    <div className={classes.source}>
      <span className={classes.sourceLabel}>HTML, for email alone</span>
      <code>{content.slice(0, 400) || "Write it at the right"}</code>
    </div>
  );
}

function Inspector({ node, change }: InspectorProps) {
  return (
    <Textarea
      label="HTML"
      description="Handlebars may stand in it. Scripts and unsafe addresses are taken out."
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

export const html: Kind = {
  type: "html",
  label: "HTML",
  hint: "Your own, for email alone",
  icon: IconCode,
  words: "code raw",
  make: () => ({ type: "html", content: "" }),
  View,
  Inspector,
  summary: (node) => textOf(node, "content").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim(),
};
