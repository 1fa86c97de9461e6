import { hasMark, type Mark, marked, type Run, runsOf, type Words, wordsOf } from "./content";
import { readMarkdown } from "./markdown";
import { equalWords, normal } from "./normal";

type Escape = (text: string, startsLine: boolean) => string;

const asTyped: Escape = (text) => text;
const careful: Escape = (text, startsLine) => {
  const escaped = text.replace(/[\\*_~[\]<!]|&(?=[#\w]+;)/g, "\\$&");
  return startsLine ? escaped.replace(/^(#{1,6}(?=\s|$)|[+-](?=\s|$))/, "\\$1").replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2") : escaped;
};

/**
 * Writes words as Markdown that reads as the same words again. Gives undefined when Markdown cannot say them:
 * underlines, colours, emphasis that ends in the middle of a word.
 */
export function writeMarkdown(words: Words): string | undefined {
  const said = trimmed(normal(words));
  const runs = runsOf(said).flat();
  if (runs.some((run) => run.type === "foreign" || hasMark(run, "underline") || hasMark(run, "run"))) return undefined;
  for (const escape of [asTyped, careful]) {
    const text = runsOf(said)
      .filter((paragraph, _, all) => paragraph.length > 0 || all.length === 1)
      .map((paragraph) => paragraphText(paragraph, escape))
      .join("\n\n");
    const read = readMarkdown(text);
    if (read && equalWords(read, said)) return text;
  }
  return undefined;
}

/** Writes words as Markdown, whatever it takes: what it cannot say is left out. */
export function writeMarkdownAtMost(words: Words): string {
  const sayable = wordsOf(
    runsOf(trimmed(normal(words))).map((runs) =>
      runs.filter((run) => run.type !== "foreign").map((run) => marked(run, (run.marks ?? []).filter((mark) => mark.type !== "underline" && mark.type !== "run"))),
    ),
  );
  return writeMarkdown(sayable) ?? runsOf(sayable).map((runs) => paragraphText(runs, careful)).join("\n\n");
}

/** Tells whether words are the same once they are written: but for spaces and lines that end in nothing. */
export function sameOnceWritten(one: Words, other: Words): boolean {
  const written = (words: Words) => normal(wordsOf(runsOf(trimmed(normal(words))).filter((runs) => runs.length > 0)));
  return equalWords(written(one), written(other));
}

const SIGNS: Readonly<Record<string, string>> = { bold: "**", italic: "*", strike: "~~" };

function paragraphText(runs: readonly Run[], escape: Escape): string {
  let text = "";
  let open: Mark[] = [];
  const close = (until: number) => {
    for (const mark of open.slice(until).toReversed()) text += mark.type === "link" ? `](${address(mark)})` : (SIGNS[mark.type] ?? "");
    open = open.slice(0, until);
  };
  for (const run of runs) {
    const marks = run.marks ?? [];
    const shared = open.findIndex((mark) => !marks.some((each) => JSON.stringify(each) === JSON.stringify(mark)));
    close(shared === -1 ? open.length : shared);
    for (const mark of marks) {
      if (open.some((each) => JSON.stringify(each) === JSON.stringify(mark))) continue;
      text += mark.type === "link" ? "[" : (SIGNS[mark.type] ?? "");
      open = [...open, mark];
    }
    if (run.type === "text") text += escape(run.text, text === "" || text.endsWith("\n"));
    else if (run.type === "variable") text += run.attrs.tag;
    else if (run.type === "hardBreak") text += "\n";
  }
  close(0);
  return text;
}

function address(mark: Mark): string {
  const said = mark.attrs?.href;
  const href = typeof said === "string" ? said : "";
  const written = /[\s()<>]/.test(href) ? `<${href}>` : href;
  const title = mark.attrs?.title;
  return typeof title === "string" && title ? `${written} "${title.replaceAll('"', '\\"')}"` : written;
}

/** Takes emphasis off the spaces at its ends, and spaces off the ends of lines: Markdown knows neither. */
function trimmed(words: Words): Words {
  const paragraphs = runsOf(words).map((runs) => {
    let out = runs;
    for (const type of ["bold", "italic", "strike"] as const) out = out.flatMap((run, at) => bare(run, type, out[at - 1], out[at + 1]));
    return out;
  });
  const lined = paragraphs.map((runs) =>
    runs.flatMap((run, at): Run[] => {
      if (run.type !== "text") return [run];
      const before = runs[at - 1];
      const after = runs[at + 1];
      let text = run.text.replaceAll("\n", " ");
      if (!before || before.type === "hardBreak") text = text.trimStart();
      if (!after || after.type === "hardBreak") text = text.trimEnd();
      return text ? [{ ...run, text }] : [];
    }),
  );
  return normal(wordsOf(lined));
}

function bare(run: Run, type: Mark["type"], before: Run | undefined, after: Run | undefined): Run[] {
  if (run.type !== "text" || !hasMark(run, type)) return [run];
  const plain = (text: string) => marked({ type: "text", text }, (run.marks ?? []).filter((mark) => mark.type !== type));
  const start = before && hasMark(before, type) ? "" : (/^\s*/.exec(run.text)?.[0] ?? "");
  const rest = run.text.slice(start.length);
  const end = after && hasMark(after, type) ? "" : (/\s*$/.exec(rest)?.[0] ?? "");
  const core = rest.slice(0, rest.length - end.length);
  return [start && plain(start), core && { ...run, text: core }, end && plain(end)].filter((each): each is Run => Boolean(each));
}
