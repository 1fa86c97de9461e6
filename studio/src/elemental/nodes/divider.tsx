import { IconSeparatorHorizontal } from "@tabler/icons-react";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { color, ColorField, css, SizeField } from "./fields";
import classes from "./nodes.module.css";

function View({ node }: ViewProps) {
  return (
    <div className={classes.divider} style={{ padding: css(node, "padding") }}>
      <hr style={{ borderTopColor: color(node, "color"), borderTopWidth: css(node, "border_width") ?? css(node, "width") }} />
    </div>
  );
}

function Inspector(props: InspectorProps) {
  return (
    <>
      <ColorField {...props} field="color" label="Colour" />
      <SizeField {...props} field="border_width" label="Thickness" />
      <SizeField {...props} field="padding" label="Padding" placeholder="such as 20px" />
    </>
  );
}

export const divider: Kind = {
  type: "divider",
  label: "Divider",
  hint: "A line between parts",
  icon: IconSeparatorHorizontal,
  words: "rule line hr",
  make: () => ({ type: "divider" }),
  View,
  Inspector,
  summary: () => "a line",
};
