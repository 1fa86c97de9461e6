import MarkdownIt, { type Token } from "markdown-it";
import { piecesOf } from "../tags";
import { type Mark, marked, type Run, type Words, wordsOf } from "./content";
import { normal } from "./normal";

/** What the server reads, in the same library's other language. */
const markdown = new MarkdownIt("zero", { html: false, maxNesting: 20 }).enable([
  "heading",
  "list",
  "newline",
  "escape",
  "emphasis",
  "strikethrough",
  "link",
  "image",
  "autolink",
  "entity",
]);

/**
 * Reads a content field as paragraphs. Gives undefined for what is more than that (headings, lists, pictures in
 * Markdown): it is edited as it is written.
 */
export function readMarkdown(content: string): Words | undefined {
  const { text, restore } = setAside(content);
  const tokens = markdown.parse(text, {});
  const paragraphs: Run[][] = [];
  for (const token of tokens) {
    if (token.type === "paragraph_open" || token.type === "paragraph_close") continue;
    if (token.type !== "inline") return undefined;
    const runs = readInline(token.children ?? [], restore);
    if (!runs) return undefined;
    paragraphs.push(runs);
  }
  return normal(wordsOf(paragraphs));
}

interface Aside {
  text: string;
  /** Puts tags back into what Markdown made of their marks. */
  restore: (text: string) => string;
}

/** Sets tags aside, each behind a mark of letters and digits, so that Markdown does not take them apart. */
function setAside(content: string): Aside {
  const tags: string[] = [];
  let mark = "tq7n";
  while (content.includes(mark)) mark += "n";
  const text = piecesOf(content)
    .map((piece) => ("tag" in piece ? `${mark}${tags.push(piece.tag) - 1}x` : piece.text))
    .join("");
  const found = new RegExp(`${mark}(\\d+)x`, "g");
  return { text, restore: (said) => said.replace(found, (_, index: string) => tags[Number(index)] ?? "") };
}

const MARKS: Readonly<Record<string, Mark["type"]>> = { strong: "bold", em: "italic", s: "strike" };

function readInline(tokens: readonly Token[], restore: (text: string) => string): Run[] | undefined {
  const runs: Run[] = [];
  let marks: Mark[] = [];
  for (const token of tokens) {
    const name = token.type.replace(/_(open|close)$/, "");
    const type = MARKS[name];
    if (type) {
      marks = token.nesting === 1 ? [...marks, { type }] : marks.filter((mark) => mark.type !== type);
    } else if (name === "link") {
      const attrs = { href: restore(unescaped(String(token.attrGet("href") ?? ""))), title: token.attrGet("title") ?? null };
      marks = token.nesting === 1 ? [...marks, { type: "link", attrs }] : marks.filter((mark) => mark.type !== "link");
    } else if (token.type === "softbreak" || token.type === "hardbreak") {
      runs.push(marked({ type: "hardBreak" }, marks));
    } else if (token.type === "text" || token.type === "text_special" || token.type === "entity") {
      if (token.content) runs.push(marked({ type: "text", text: restore(token.content) }, marks));
    } else {
      return undefined;
    }
  }
  return runs;
}

/** Markdown writes addresses with %XX where it need not; people typed them without. */
function unescaped(href: string): string {
  try {
    return decodeURI(href);
  } catch {
    return href;
  }
}
