import { type Fields, isNode, type Json } from "../node";
import type { Words } from "./content";
import { readElements, writeElements } from "./elements";
import { readMarkdown } from "./markdown";
import { equalWords } from "./normal";
import { writeMarkdown, writeMarkdownAtMost } from "./writeMarkdown";

/** What holds words: a node, or what one says in another language. */
type Holder = Readonly<Record<string, Json | undefined>>;

/** Reads the words of a text, quote or list item; undefined when they are to be edited as they are written. */
export function readSaid(holder: Holder): Words | undefined {
  if (Array.isArray(holder.elements)) return readElements(inlineOf(holder));
  return readMarkdown(typeof holder.content === "string" ? holder.content : "");
}

/**
 * Writes changed words into the fields that said them. Gives no fields when the words are the same; so what nobody
 * edits stays as its author wrote it. `structured` is whether this node may say words as elements.
 */
export function writeSaid(holder: Holder, words: Words, { structured }: { structured: boolean }): Fields {
  const before = readSaid(holder);
  if (before && equalWords(before, words)) return {};
  if (!structured) return { content: writeMarkdownAtMost(words) };
  const content = Array.isArray(holder.elements) && inlineOf(holder).length ? undefined : writeMarkdown(words);
  const lists = Array.isArray(holder.elements) ? (holder.elements as readonly Json[]).filter(isList) : [];
  if (content !== undefined && !lists.length) return { content, elements: undefined };
  return { content: undefined, elements: [...writeElements(words), ...lists] };
}

function inlineOf(holder: Holder): readonly Json[] {
  return Array.isArray(holder.elements) ? (holder.elements as readonly Json[]).filter((each) => !isList(each)) : [];
}

function isList(value: Json): boolean {
  return isNode(value) && value.type === "list";
}
