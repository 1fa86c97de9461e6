import { change, nodeAt, type Path } from "./editing";
import { type Document, type Fields, isObject, type Json, type Node, without } from "./node";
import { walk } from "./walk";

type Said = Readonly<Record<string, Json | undefined>>;

/** Fields that can be said in another language, by node type. */
export const TRANSLATABLE: Readonly<Record<string, readonly string[]>> = {
  meta: ["title"],
  text: ["content"],
  quote: ["content"],
  "list-item": ["content"],
  action: ["content", "href"],
  image: ["alt_text", "src", "href"],
  html: ["content"],
};

/** Lists the languages that a document speaks beside its own. */
export function localesOf(document: Document): string[] {
  const names = new Set<string>();
  for (const [node] of walk(document)) for (const name of Object.keys(isObject(node.locales) ? node.locales : {})) names.add(name);
  return [...names].toSorted();
}

/** What a node says in a language; an empty object when it says nothing of its own there. */
export function saidIn(node: Node, locale: string): Said {
  const said = isObject(node.locales) ? node.locales[locale] : undefined;
  return isObject(said) ? said : {};
}

/** Sets what a node says in a language. What says nothing any more is taken away. */
export function sayIn(document: Document, path: Path, locale: string, fields: Fields): Document {
  const node = nodeAt(document, path);
  if (!node) return document;
  const said = Object.fromEntries(Object.entries({ ...saidIn(node, locale), ...fields }).filter(([, value]) => value !== undefined && value !== ""));
  const locales = Object.fromEntries(Object.entries({ ...(isObject(node.locales) ? node.locales : {}), [locale]: said }).filter(([, value]) => !isObject(value) || Object.keys(value).length > 0));
  return change(document, path, { locales: Object.keys(locales).length ? locales : undefined });
}

/** Takes a language out of the whole document. */
export function dropLocale(document: Document, locale: string): Document {
  let out = document;
  for (const [node, path] of walk(document)) {
    if (isObject(node.locales) && locale in node.locales) {
      const others = without(node.locales, locale);
      out = change(out, path, { locales: Object.keys(others).length ? others : undefined });
    }
  }
  return out;
}

export interface Sentence {
  readonly path: Path;
  readonly node: Node;
  readonly field: string;
}

/** Lists what there is to translate, in document order. Fields that are empty need no translation. */
export function sentencesOf(document: Document): Sentence[] {
  return [...walk(document)].flatMap(([node, path]) =>
    (TRANSLATABLE[node.type] ?? []).filter((field) => isSaid(node, field)).map((field): Sentence => ({ path, node, field })),
  );
}

function isSaid(node: Node, field: string): boolean {
  if (field === "content" && Array.isArray(node.elements)) return true;
  const value = node[field];
  return typeof value === "string" && value.trim() !== "" && !(field === "src" || field === "href" ? /^\s*$/.test(value) : false);
}

/** Tells whether a node says a field in a language, in either form. */
export function isTranslated(node: Node, field: string, locale: string): boolean {
  const said = saidIn(node, locale);
  return said[field] !== undefined || (field === "content" && said.elements !== undefined);
}
