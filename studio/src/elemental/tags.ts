/** A piece of a template: words, or a tag such as `{{order.id}}`. */
export type Piece = { readonly text: string } | { readonly tag: string };

const TAG =
  /(?<!\\)(?:\{\{\{\{\s*([^\s{}]+)[^{}]*\}\}\}\}[\s\S]*?\{\{\{\{\/\1\}\}\}\}|\{\{~?!--[\s\S]*?--~?\}\}|\{\{~?\{[^{}]*\}~?\}\}|\{\{~?![^}]*\}\}|\{\{(?:"[^"]*"|'[^']*'|[^{}])*\}\})|(?<![\\{])\{([$A-Za-z_@][^\s{}]*)\}(?!\})/g;

const NAME = "[A-Za-z_@][\\w@-]*";
const PATH = new RegExp(`^(?:\\$|${NAME})(?:\\.(?:${NAME}|\\d+)|\\[\\d+\\]|\\['[^'\\]]*'\\]|\\["[^"\\]]*"\\])*$`);
const WRAPPED = /^\{\{\{?\s*([^{}]*?)\s*\}?\}\}$|^\{\s*([^{}]*?)\s*\}$/;
const PATH_MAX = 256;

export function isPath(text: string): boolean {
  return text.length <= PATH_MAX && PATH.test(text);
}

/** Takes words apart where the server will: tags of Handlebars, and `{name}`. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(TAG)) {
    const path = match[2];
    if (path !== undefined && path !== "@" && !isPath(path)) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index) });
    pieces.push({ tag: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}

/** The path that a tag prints: `order.id` of `{{order.id}}`; undefined when it does more than print one. */
export function pathOfTag(tag: string): string | undefined {
  const match = WRAPPED.exec(tag);
  const path = match?.[1] ?? match?.[2];
  return path !== undefined && isPath(path) && path !== "else" ? path : undefined;
}

/** What a tag is called on its chip. */
export function labelOfTag(tag: string): string {
  return pathOfTag(tag) ?? tag.replace(/^\{+~?\s*/, "").replace(/\s*~?\}+$/, "");
}

/** Writes the tag that prints a path. */
export function tagOf(path: string): string {
  return `{{${path}}}`;
}

/** The names of variables that words may mention, bare or within helpers; what stands in quotes is none. */
export function namesIn(text: string): string[] {
  return piecesOf(text).flatMap((piece) => {
    if (!("tag" in piece)) return [];
    const inner = piece.tag.replace(/"[^"]*"|'[^']*'/g, " ");
    return [...inner.matchAll(/[$A-Za-z_@][\w$@-]*(?:\.[\w@-]+|\[\d+\])*/g)].map((match) => match[0]);
  });
}
