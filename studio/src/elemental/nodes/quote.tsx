import { IconBlockquote } from "@tabler/icons-react";
import { useTextKeys } from "#/components/designer/useTextKeys";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { AlignField, ChoiceField, color, ColorField, css, SizeField } from "./fields";
import { Said } from "./Said";
import classes from "./nodes.module.css";
import { without } from "../node";
import { align, plainSummary } from "./text";

function View({ node, path }: ViewProps) {
  const keys = without(useTextKeys(node, path), "split"); // Enter begins a paragraph of the quote
  return (
    <div
      className={classes.quote}
      style={{ borderLeftColor: color(node, "border_color"), background: color(node, "background_color"), textAlign: align(node), fontSize: css(node, "font_size"), padding: css(node, "padding") }}
    >
      <Said node={node} label="Quote" placeholder="Somebody’s words" structured={false} keys={keys} />
    </div>
  );
}

function Inspector(props: InspectorProps) {
  return (
    <>
      <AlignField {...props} />
      <ColorField {...props} field="border_color" label="Bar" />
      <ColorField {...props} field="background_color" label="Background" placeholder="none" />
      <ChoiceField
        {...props}
        field="text_style"
        label="Style"
        standard="text"
        choices={[
          ["text", "Text"],
          ["h1", "Heading 1"],
          ["h2", "Heading 2"],
          ["h3", "Heading 3"],
          ["subtext", "Small print"],
        ]}
      />
      <SizeField {...props} field="font_size" label="Size" />
      <SizeField {...props} field="padding" label="Padding" placeholder="such as 8px 16px" />
    </>
  );
}

export const quote: Kind = {
  type: "quote",
  label: "Quote",
  hint: "Somebody’s words",
  icon: IconBlockquote,
  words: "blockquote citation",
  make: () => ({ type: "quote", content: "" }),
  View,
  Inspector,
  summary: plainSummary,
};
