import { IconCode } from "@tabler/icons-react";
import type { InspectorProps, Kind, ViewProps } from "../kind";
import { textOf } from "../node";
import { SourceInspector, SourceView } from "./Source";

const View = (props: ViewProps) => <SourceView {...props} label="HTML, for email alone" />;

const Inspector = (props: InspectorProps) => (
  <SourceInspector {...props} label="HTML" description="Handlebars may stand in it. Scripts and unsafe addresses are taken out." />
);

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
