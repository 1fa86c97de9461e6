import { Button } from "@mantine/core";
import { IconColumns2, IconColumns3, IconPlus } from "@tabler/icons-react";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { childrenOf, type Node, textOf } from "../node";
import { BoxFields, ChoiceField, color, css, SizeField } from "./fields";
import classes from "./nodes.module.css";

const PLACES = [
  ["top", "At the top"],
  ["middle", "In the middle"],
  ["bottom", "At the bottom"],
] as const;

function View({ node, path, slot }: ViewProps) {
  const columns = childrenOf(node);
  return (
    <div className={classes.columns} style={{ gap: css(node, "gap"), background: color(node, "background_color"), padding: css(node, "padding"), alignItems: textOf(node, "vertical_align") === "middle" ? "center" : textOf(node, "vertical_align") === "bottom" ? "end" : undefined }}>
      {columns.map((column, index) => (
        <div
          key={index}
          className={classes.column}
          style={{ flexBasis: css(column, "width") ?? 0, flexGrow: css(column, "width") ? 0 : 1, background: color(column, "background_color"), padding: css(column, "padding"), borderRadius: css(column, "border_radius") }}
        >
          {slot(column, [...path, index])}
        </div>
      ))}
    </div>
  );
}

function Inspector(props: InspectorProps) {
  const { node, change } = props;
  const columns = childrenOf(node);
  const set = (index: number, fields: Record<string, string | undefined>) =>
    change({ elements: columns.map((column, at) => (at === index ? cleaned({ ...column, ...fields }) : column)) });
  return (
    <>
      {columns.map((column, index) => (
        <SizeField key={index} node={column} change={(fields) => set(index, { width: textOf({ type: "", ...fields }, "width") || undefined })} field="width" label={`Width of column ${index + 1}`} placeholder="an equal share" />
      ))}
      {columns.length < 4 && (
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => change({ elements: [...columns, { type: "column", elements: [] }] })}>
          Add a column
        </Button>
      )}
      {columns.length > 1 && !childrenOf(columns.at(-1) ?? node).length && (
        <Button size="xs" variant="default" onClick={() => change({ elements: columns.slice(0, -1) })}>
          Remove the last, empty column
        </Button>
      )}
      <SizeField {...props} field="gap" label="Gap" />
      <ChoiceField {...props} field="vertical_align" label="Stand" choices={PLACES} standard="top" />
      <BoxFields {...props} radius />
    </>
  );
}

function cleaned(node: Node): Node {
  return { ...(Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined)) as typeof node), type: node.type };
}

function columnsOf(count: number): Node {
  return { type: "columns", elements: Array.from({ length: count }, (): Node => ({ type: "column", elements: [{ type: "text", content: "" }] })) };
}

export const columns: Kind = {
  type: "columns",
  label: "Columns",
  hint: "Side by side in emails",
  icon: IconColumns2,
  starts: [
    { label: "Two columns", hint: "Side by side in emails", icon: IconColumns2, words: "columns", make: () => columnsOf(2) },
    { label: "Three columns", hint: "Side by side in emails", icon: IconColumns3, words: "columns", make: () => columnsOf(3) },
  ],
  make: () => columnsOf(2),
  View,
  Inspector,
  summary: (node) => `${childrenOf(node).length} columns`,
  holds: true,
};
