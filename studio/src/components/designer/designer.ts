import { createContext, useContext } from "react";
import type { Caret } from "#/components/words/WordsEditor";
import type { Path } from "#/elemental/editing";
import type { Document, Fields, Node } from "#/elemental/node";
import type { Variable } from "#/elemental/variables";
import type { TemplateWords } from "#/services/templates";

/** What a template is written with, besides what it says. */
export type Facts = Omit<TemplateWords, "content">;

/** One thing to look at, at the block it is about. */
export interface Issue {
  level: "error" | "warning" | "hidden";
  message: string;
  /** What the variable should be called, and what it was called. */
  suggestion?: { said: string; meant: string };
}

/** Where a block menu is open, and what it does: puts a block at a path, or in the place of an empty one. */
export interface Adding {
  path: Path;
  instead?: string;
}

export interface Designer {
  document: Document;
  /** The channel whose tab is open. */
  place: string;
  selected: string | undefined;
  caret: Caret | undefined;
  readOnly: boolean;
  variables: readonly Variable[];
  /** Says what is wrong with a tag in a node. */
  told: (node: Node, tag: string) => string | undefined;
  issuesOf: (key: string) => readonly Issue[];
  adding: Adding | undefined;
  /** Changes the document; `about` joins changes that follow each other, `select` chooses a node of the new one. */
  edit: (by: (document: Document) => Document, about?: string, select?: { key: string; caret?: Caret }) => void;
  change: (key: string, fields: Fields, about?: string) => void;
  select: (key: string | undefined, caret?: Caret) => void;
  add: (adding: Adding | undefined) => void;
  /** Told to those who cannot see what happened. */
  say: (message: string) => void;
}

export const DesignerContext = createContext<Designer | undefined>(undefined);

export function useDesigner(): Designer {
  const designer = useContext(DesignerContext);
  if (!designer) throw new Error("a part of the designer stands outside of it");
  return designer;
}
