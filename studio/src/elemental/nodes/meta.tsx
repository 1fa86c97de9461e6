import { IconHeading } from "@tabler/icons-react";
import { useDesigner } from "#/components/designer/designer";
import { Line, readLine } from "#/components/words/Line";
import { WordsView } from "#/components/words/WordsView";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { keyOf, textOf } from "../node";
import { LineField } from "./fields";
import classes from "./nodes.module.css";

function View({ node }: ViewProps) {
  const { selected, change, variables, told, readOnly, place, caret } = useDesigner();
  const key = keyOf(node);
  const label = place === "email" ? "Subject" : place === "default" ? "Subject and title" : "Title";
  return (
    <div className={classes.meta}>
      <span className={classes.metaLabel}>{label}</span>
      <div className={classes.metaWords}>
        {selected === key && !readOnly ? (
          <Line
            framed={false}
            label={label}
            value={textOf(node, "title")}
            placeholder="What it is about"
            variables={variables}
            told={(tag) => told(node, tag)}
            caret={caret}
            onChange={(title) => change(key, { title }, "title")}
          />
        ) : (
          <WordsView words={readLine(textOf(node, "title"))} placeholder="What it is about" told={(tag) => told(node, tag)} />
        )}
      </div>
    </div>
  );
}

function Inspector(props: InspectorProps) {
  return <LineField {...props} field="title" label="Subject or title" description="An email's subject, the title of a push and of the inbox" required />;
}

export const meta: Kind = {
  type: "meta",
  label: "Subject",
  hint: "An email's subject, and the title elsewhere",
  icon: IconHeading,
  words: "title meta",
  make: () => ({ type: "meta", title: "" }),
  View,
  Inspector,
  summary: (node) => textOf(node, "title"),
};
