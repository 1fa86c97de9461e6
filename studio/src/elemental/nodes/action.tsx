import { IconHandClick } from "@tabler/icons-react";
import { useDesigner } from "#/components/designer/designer";
import { Line, readLine } from "#/components/words/Line";
import { WordsView } from "#/components/words/WordsView";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { keyOf, textOf } from "../node";
import { AlignField, ChoiceField, color, ColorField, css, LineField, SizeField, SwitchField, TextField } from "./fields";
import classes from "./nodes.module.css";

function View({ node }: ViewProps) {
  const { selected, change, variables, told, readOnly, caret } = useDesigner();
  const key = keyOf(node);
  const said = textOf(node, "align") || "center";
  return (
    <div className={classes.action} data-align={said}>
      <div
        className={classes.button}
        data-style={textOf(node, "style") || "button"}
        style={{
          background: color(node, "background_color"),
          color: color(node, "color"),
          borderRadius: css(node, "border_radius"),
          borderWidth: css(node, "border_size"),
          borderColor: color(node, "border_color"),
          padding: css(node, "padding"),
          fontSize: css(node, "font_size"),
        }}
      >
        {selected === key && !readOnly ? (
          <Line framed={false} label="Button" value={textOf(node, "content")} placeholder="Button" variables={variables} told={(tag) => told(node, tag)} caret={caret} onChange={(content) => change(key, { content }, "words")} />
        ) : (
          <WordsView words={readLine(textOf(node, "content"))} placeholder="Button" told={(tag) => told(node, tag)} />
        )}
      </div>
    </div>
  );
}

const STYLES = [
  ["button", "Filled"],
  ["secondary", "Outlined"],
  ["tertiary", "Underlined"],
  ["link", "A link in the text"],
] as const;

function Inspector(props: InspectorProps) {
  return (
    <>
      <LineField {...props} field="content" label="Words" required />
      <LineField {...props} field="href" label="Leads to" placeholder="https://…" required />
      <ChoiceField {...props} field="style" label="Look" choices={STYLES} standard="button" />
      <AlignField {...props} standard="center" full />
      <ColorField {...props} field="background_color" label="Background" />
      <ColorField {...props} field="color" label="Colour of the words" />
      <SizeField {...props} field="border_radius" label="Corners" />
      <SizeField {...props} field="padding" label="Padding" placeholder="such as 8px 16px" />
      <SizeField {...props} field="font_size" label="Size" />
      <SwitchField {...props} field="disable_tracking" label="Do not count clicks" />
      <TextField {...props} field="action_id" label="Action id" description="By which apps know the button" />
    </>
  );
}

export const action: Kind = {
  type: "action",
  label: "Button",
  hint: "Leads somewhere",
  icon: IconHandClick,
  words: "action link cta",
  make: () => ({ type: "action", content: "Open", href: "https://" }),
  View,
  Inspector,
  summary: (node) => `${textOf(node, "content")} → ${textOf(node, "href")}`,
};
