import { piecesOf } from "../tags";
import { marked, type Run, runsOf, sameMarks, type Words, wordsOf } from "./content";

/** One shape for words that mean the same: tags are tags, marks stand in order, equal neighbours are one. */
export function normal(words: Words): Words {
  return wordsOf(runsOf(words).map((runs) => joined(runs.flatMap(taken))));
}

/** Takes a run of text apart where it holds tags. */
function taken(run: Run): Run[] {
  const marks = (run.marks ?? []).map(cleaned);
  if (run.type !== "text") return [marked(run, marks)];
  return piecesOf(run.text).map((piece) =>
    marked("tag" in piece ? { type: "variable", attrs: { tag: piece.tag } } : { type: "text", text: piece.text }, marks),
  );
}

/** Leaves only what we put there: TipTap adds what links have by default. */
function cleaned(mark: NonNullable<Run["marks"]>[number]) {
  if (mark.type === "link") return { type: mark.type, attrs: { href: mark.attrs?.href ?? "", title: mark.attrs?.title ?? null } };
  return mark.type === "run" ? { type: mark.type, attrs: { said: mark.attrs?.said ?? "" } } : { type: mark.type };
}

function joined(runs: readonly Run[]): Run[] {
  const out: Run[] = [];
  for (const run of runs) {
    const last = out.at(-1);
    if (run.type === "text" && last?.type === "text" && sameMarks(run.marks, last.marks)) out[out.length - 1] = { ...last, text: last.text + run.text };
    else if (run.type !== "text" || run.text) out.push(run);
  }
  return out;
}

export function equalWords(one: Words, other: Words): boolean {
  return JSON.stringify(normal(one)) === JSON.stringify(normal(other));
}
