import { IconList, IconListNumbers } from "@tabler/icons-react";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { childrenOf, type Node, textOf } from "../node";
import { ChoiceField, css, LineField, SizeField } from "./fields";
import { Items } from "./Items";
import { plainSummary } from "./text";

function View({ node, path }: ViewProps) {
  return (
    <div style={{ padding: css(node, "padding"), fontSize: css(node, "font_size"), lineHeight: css(node, "line_height") }}>
      <Items node={node} path={path} />
    </div>
  );
}

function Inspector(props: InspectorProps) {
  return (
    <>
      <ChoiceField
        {...props}
        field="list_type"
        label="Marks"
        standard="unordered"
        choices={[
          ["unordered", "Bullets"],
          ["ordered", "Numbers"],
        ]}
      />
      <LineField {...props} field="imgSrc" label="A picture in place of bullets" placeholder="none" />
      <SizeField {...props} field="font_size" label="Size" />
      <SizeField {...props} field="padding" label="Padding" placeholder="such as 8px 16px" />
    </>
  );
}

const make = (fields: Partial<Node> = {}): Node => ({ ...fields, type: "list", elements: [{ type: "list-item", content: "" }] });

export const list: Kind = {
  type: "list",
  label: "List",
  hint: "Bullets, or numbers",
  icon: IconList,
  starts: [
    { label: "Bulleted list", hint: "Points, one below the other", icon: IconList, words: "unordered ul bullets", make: () => make() },
    { label: "Numbered list", hint: "Steps, in order", icon: IconListNumbers, words: "ordered ol numbers", make: () => make({ list_type: "ordered" }) },
    { label: "List of items", hint: "One point for each item of the data", icon: IconList, words: "loop each repeat", make: () => ({ type: "list", loop: "data.items", elements: [{ type: "list-item", content: "{{$.item.name}}" }] }) },
  ],
  make: () => make(),
  View,
  Inspector,
  summary: (node) => childrenOf(node).map(plainSummary).join(", ") || textOf(node, "loop"),
};
