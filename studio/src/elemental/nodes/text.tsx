import { Group } from "@mantine/core";
import { IconH1, IconH2, IconH3, IconTextSize, IconLetterT } from "@tabler/icons-react";
import { useTextKeys } from "#/components/designer/useTextKeys";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { isOn, type Node, textOf } from "../node";
import { AlignField, BoxFields, ChoiceField, color, ColorField, css, SizeField, SwitchField } from "./fields";
import { Said } from "./Said";
import classes from "./nodes.module.css";

const STYLES = [
  ["text", "Text"],
  ["h1", "Heading 1"],
  ["h2", "Heading 2"],
  ["h3", "Heading 3"],
  ["subtext", "Small print"],
] as const;

function nameOf(node: Node): string {
  return STYLES.find(([style]) => style === node.text_style)?.[1] ?? "Text";
}

function View({ node, path }: ViewProps) {
  const keys = useTextKeys(node, path);
  const decoration = [isOn(node.underline) && "underline", isOn(node.strikethrough) && "line-through"].filter(Boolean).join(" ");
  return (
    <div
      className={classes.text}
      data-style={textOf(node, "text_style") || "text"}
      style={{
        textAlign: align(node),
        color: color(node, "color"),
        fontSize: css(node, "font_size"),
        lineHeight: css(node, "line_height"),
        fontWeight: isOn(node.bold) ? 700 : undefined,
        fontStyle: isOn(node.italic) ? "italic" : undefined,
        textDecoration: decoration || undefined,
        background: color(node, "background_color"),
        border: node.border_color || node.border_size ? `${css(node, "border_size") ?? "1px"} solid ${color(node, "border_color") ?? "#e5e7eb"}` : undefined,
        padding: css(node, "padding"),
      }}
    >
      <Said node={node} label={nameOf(node)} placeholder={node.text_style ? nameOf(node) : "Write, or press / for blocks and { for variables"} keys={keys} />
    </div>
  );
}

export function align(node: Node): "left" | "center" | "right" | "justify" | undefined {
  const said = textOf(node, "align");
  return said === "full" ? "justify" : said === "left" || said === "center" || said === "right" ? said : undefined;
}

function Inspector(props: InspectorProps) {
  return (
    <>
      <ChoiceField {...props} field="text_style" label="Style" choices={STYLES} standard="text" />
      <AlignField {...props} full />
      <ColorField {...props} field="color" label="Colour" />
      <Group grow>
        <SizeField {...props} field="font_size" label="Size" />
        <SizeField {...props} field="line_height" label="Line height" />
      </Group>
      <Group gap="md">
        <SwitchField {...props} field="bold" label="Bold" />
        <SwitchField {...props} field="italic" label="Italic" />
      </Group>
      <BoxFields {...props} />
    </>
  );
}

/** What a text says, without its marks. */
export function plainSummary(node: Node): string {
  const said = Array.isArray(node.elements) ? (node.elements as readonly Node[]).map((each) => textOf(each, "content")).join("") : textOf(node, "content");
  const bare = said.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\*+|~~|^#+\s/gm, "");
  return bare.replace(/\s+/g, " ").trim();
}

export const text: Kind = {
  type: "text",
  label: "Text",
  hint: "Words, with variables",
  icon: IconLetterT,
  starts: [
    { label: "Text", hint: "Words, with variables", icon: IconLetterT, words: "paragraph words", make: () => ({ type: "text", content: "" }) },
    { label: "Heading", hint: "The large line at the top", icon: IconH1, words: "h1 title", make: () => ({ type: "text", text_style: "h1", content: "" }) },
    { label: "Heading 2", hint: "Begins a part", icon: IconH2, words: "h2 subtitle", make: () => ({ type: "text", text_style: "h2", content: "" }) },
    { label: "Heading 3", hint: "Begins a smaller part", icon: IconH3, words: "h3", make: () => ({ type: "text", text_style: "h3", content: "" }) },
    { label: "Small print", hint: "Quiet words at the end", icon: IconTextSize, words: "subtext fine", make: () => ({ type: "text", text_style: "subtext", content: "" }) },
  ],
  make: () => ({ type: "text", content: "" }),
  View,
  Inspector,
  summary: plainSummary,
};
