import type { Json, Node } from "../node";

/** Words in the shape that TipTap takes: a document of paragraphs. */
export interface Words {
  type: "doc";
  content: Paragraph[];
}

export interface Paragraph {
  type: "paragraph";
  content?: Run[];
}

export interface Mark {
  type: "bold" | "italic" | "strike" | "underline" | "link" | "run";
  attrs?: Record<string, Json>;
}

/** Words in one look, a tag of the template, a line's end, or an element that is shown as it is. */
export type Run =
  | { type: "text"; text: string; marks?: Mark[] }
  | { type: "variable"; attrs: { tag: string }; marks?: Mark[] }
  | { type: "hardBreak"; marks?: Mark[] }
  | { type: "foreign"; attrs: { node: Node }; marks?: Mark[] };

export function wordsOf(paragraphs: readonly (readonly Run[])[]): Words {
  const content = paragraphs.map((runs): Paragraph => (runs.length ? { type: "paragraph", content: [...runs] } : { type: "paragraph" }));
  return { type: "doc", content: content.length ? content : [{ type: "paragraph" }] };
}

export function runsOf(words: Words): Run[][] {
  return words.content.map((paragraph) => paragraph.content ?? []);
}

const ORDER: readonly Mark["type"][] = ["run", "link", "bold", "italic", "strike", "underline"];

export function marked(run: Run, marks: readonly Mark[]): Run {
  const bare = { ...run };
  delete bare.marks;
  const sorted = marks.toSorted((one, other) => ORDER.indexOf(one.type) - ORDER.indexOf(other.type));
  return sorted.length ? { ...bare, marks: sorted } : bare;
}

export function hasMark(run: Run, type: Mark["type"]): boolean {
  return Boolean(run.marks?.some((mark) => mark.type === type));
}

export function sameMarks(one: readonly Mark[] = [], other: readonly Mark[] = []): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
