import { Fragment, type ReactNode } from "react";
import { type Run, runsOf, type Words } from "#/elemental/inline/content";
import { labelOfTag } from "#/elemental/tags";
import classes from "./Words.module.css";
import "./words.css";

interface Props {
  words: Words;
  placeholder?: string;
  /** Says what is wrong with a tag. */
  told?: (tag: string) => string | undefined;
}

/** Words as they will look, to be read. */
export function WordsView({ words, placeholder = "", told }: Props) {
  const paragraphs = runsOf(words);
  const isEmpty = paragraphs.every((runs) => !runs.length);
  return (
    <div className={classes.static}>
      {isEmpty ? (
        <p className={classes.placeholder}>{placeholder || "\u200b"}</p>
      ) : (
        paragraphs.map((runs, index) => (
          <p key={index}>
            {runs.map((run, at) => (
              <Fragment key={at}>{looked(run, inner(run, told))}</Fragment>
            ))}
          </p>
        ))
      )}
    </div>
  );
}

function inner(run: Run, told: Props["told"]): ReactNode {
  switch (run.type) {
    case "text":
      return run.text;
    case "hardBreak":
      return <br />;
    case "foreign":
      return <span className="foreign-chip">{run.attrs.node.type === "img" ? "picture" : run.attrs.node.type}</span>;
    case "variable": {
      const message = told?.(run.attrs.tag);
      return (
        <span className="variable-chip" {...(message ? { "data-unknown": "", title: message } : {})}>
          {labelOfTag(run.attrs.tag)}
        </span>
      );
    }
  }
}

function looked(run: Run, words: ReactNode): ReactNode {
  return (run.marks ?? []).reduceRight<ReactNode>((within, mark) => {
    switch (mark.type) {
      case "bold":
        return <strong>{within}</strong>;
      case "italic":
        return <em>{within}</em>;
      case "strike":
        return <s>{within}</s>;
      case "underline":
        return <u>{within}</u>;
      case "link":
        return <span className="link-text">{within}</span>;
      case "run":
        return <span className="run-text">{within}</span>;
    }
  }, words);
}
