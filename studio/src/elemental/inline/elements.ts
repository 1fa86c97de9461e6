import { isNode, isOn, type Json, type Node, textOf, without } from "../node";
import { piecesOf } from "../tags";
import { type Mark, marked, type Run, runsOf, type Words, wordsOf } from "./content";
import { normal } from "./normal";

const LOOKS: readonly (readonly [string, Mark["type"]])[] = [
  ["bold", "bold"],
  ["italic", "italic"],
  ["strikethrough", "strike"],
  ["underline", "underline"],
];

/** Reads structured inline elements (`string`, `link`, `img`). What has no mark of its own rides along as `run`. */
export function readElements(elements: readonly Json[]): Words {
  const paragraphs: Run[][] = [[]];
  for (const element of elements) {
    if (!isNode(element)) continue;
    if (element.type !== "string" && element.type !== "link") paragraphs.at(-1)?.push({ type: "foreign", attrs: { node: element } });
    else readRun(element, paragraphs);
  }
  return normal(wordsOf(paragraphs));
}

function readRun(element: Node, paragraphs: Run[][]): void {
  const marks = marksOf(element);
  for (const piece of piecesOf(textOf(element, "content"))) {
    if ("tag" in piece) {
      paragraphs.at(-1)?.push(marked({ type: "variable", attrs: { tag: piece.tag } }, marks));
      continue;
    }
    for (const [index, line] of piece.text.split("\n").entries()) {
      if (index > 0) paragraphs.at(-1)?.push({ type: "hardBreak" });
      if (line) paragraphs.at(-1)?.push(marked({ type: "text", text: line }, marks));
    }
  }
}

function marksOf(element: Node): Mark[] {
  const others = without(element, "type", "content", "href", ...LOOKS.map(([field]) => field));
  const marks: Mark[] = LOOKS.filter(([field]) => isOn(element[field])).map(([, mark]) => ({ type: mark }));
  if (element.type === "link") marks.push({ type: "link", attrs: { href: textOf(element, "href"), title: null } });
  if (Object.keys(others).length) marks.push({ type: "run", attrs: { said: JSON.stringify(others) } });
  return marks;
}

/** Writes words as structured inline elements; paragraphs are parted by an empty line. */
export function writeElements(words: Words): Node[] {
  const nodes: Node[] = [];
  const lines = runsOf(normal(words)).flatMap((runs, index): Run[] => (index ? [{ type: "hardBreak" }, { type: "hardBreak" }, ...runs] : runs));
  for (const run of lines) {
    if (run.type === "foreign") {
      nodes.push(run.attrs.node);
      continue;
    }
    const said = run.type === "text" ? run.text : run.type === "variable" ? run.attrs.tag : "\n";
    const last = nodes.at(-1);
    const node = run.type === "hardBreak" && last && (last.type === "string" || last.type === "link") ? { ...last, content: said } : nodeOf(run, said);
    if (last && fieldsBut(last, "content") === fieldsBut(node, "content")) nodes[nodes.length - 1] = { ...last, content: textOf(last, "content") + said };
    else nodes.push(node);
  }
  return nodes.length ? nodes : [{ type: "string", content: "" }];
}

function nodeOf(run: Run, content: string): Node {
  const marks = run.marks ?? [];
  const link = marks.find((mark) => mark.type === "link");
  const said: Record<string, Json> = {};
  for (const [field, mark] of LOOKS) if (marks.some((each) => each.type === mark)) said[field] = true;
  const others = marks.find((mark) => mark.type === "run")?.attrs?.said;
  // It is what `marksOf` wrote.
  const rest = typeof others === "string" ? (JSON.parse(others) as Record<string, Json>) : {};
  if (link) return { type: "link", content, href: link.attrs?.href ?? "", ...said, ...rest };
  return { type: "string", content, ...said, ...rest };
}

function fieldsBut(node: Node, field: string): string {
  return JSON.stringify(Object.entries(node).filter(([name]) => name !== field).sort(([one], [other]) => one.localeCompare(other)));
}
