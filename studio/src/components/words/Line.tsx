import { Input } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import { piecesOf } from "#/elemental/tags";
import { type Run, runsOf, type Words, wordsOf } from "#/elemental/inline/content";
import { normal } from "#/elemental/inline/normal";
import type { Variable } from "#/elemental/variables";
import classes from "./Words.module.css";
import type { WordKeys } from "./wordKeys";
import { type Caret, WordsEditor } from "./WordsEditor";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  variables: readonly Variable[];
  told?: ((tag: string) => string | undefined) | undefined;
  description?: ReactNode;
  error?: ReactNode;
  placeholder?: string;
  caret?: Caret | undefined;
  keys?: WordKeys;
  /** False draws the words alone, without label and frame. */
  framed?: boolean;
}

/** One line of text that may hold variables: a subject, an address. */
export function Line({ label, value, onChange, variables, told, description, error, placeholder = "", caret, keys, framed = true }: Props) {
  const words = useMemo(() => readLine(value), [value]);
  const editor = (
    <WordsEditor
      plain
      words={words}
      onChange={(changed) => onChange(writeLine(changed))}
      label={label}
      variables={variables}
      told={told}
      placeholder={placeholder}
      caret={caret}
      {...(keys && { keys })}
    />
  );
  if (!framed) return editor;
  return (
    <Input.Wrapper size="xs" label={label} description={description} error={error} labelElement="div">
      <div className={classes.line}>{editor}</div>
    </Input.Wrapper>
  );
}

export function readLine(value: string): Words {
  return normal(wordsOf([value ? piecesOf(value.replaceAll("\n", " ")).map((piece): Run => ("tag" in piece ? { type: "variable", attrs: { tag: piece.tag } } : { type: "text", text: piece.text })) : []]));
}

export function writeLine(words: Words): string {
  return runsOf(words)
    .flat()
    .map((run) => (run.type === "text" ? run.text : run.type === "variable" ? run.attrs.tag : ""))
    .join("");
}
