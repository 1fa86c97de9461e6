import { childrenOf, type Document, type Fields, isNode, type Json, keep, keyOf, type Node, withFields, without } from "./node";

/** Where a node stands: indices from the document's elements inwards. */
export type Path = readonly number[];

type Holder = Document | Node;

/** Finds the node at a path. */
export function nodeAt(document: Document, path: Path): Node | undefined {
  let holder: Holder = document;
  let found: Node | undefined;
  for (const index of path) {
    found = elementAt(holder, index);
    if (!found) return undefined;
    holder = found;
  }
  return found;
}

function elementAt(holder: Holder, index: number): Node | undefined {
  const element = Array.isArray(holder.elements) ? (holder.elements as readonly Json[])[index] : undefined;
  return isNode(element) ? element : undefined;
}

/** Finds where a node stands, by the name that `keyOf` gave it. */
export function pathOf(document: Document, key: string): Path | undefined {
  const search = (holder: Holder, path: Path): Path | undefined => {
    for (const [index, node] of elementsOf(holder).entries()) {
      if (!isNode(node)) continue;
      if (keyOf(node) === key) return [...path, index];
      const within = search(node, [...path, index]);
      if (within) return within;
    }
    return undefined;
  };
  return search(document, []);
}

/** Writes a path as the API does: `elements[0].elements[2]`. */
export function written(path: Path): string {
  return path.map((index) => `elements[${index}]`).join(".");
}

/** Reads where something is wrong as the API says it; gives the path of the node, however deep in it the field is. */
export function readPath(text: string): Path {
  return [...text.matchAll(/elements\[(\d+)\]/g)].map((match) => Number(match[1]));
}

/** Changes fields of the node at a path. */
export function change(document: Document, path: Path, fields: Fields): Document {
  return replaceAt(document, path, (node) => [withFields(node, fields)]);
}

/** Puts nodes at a path; what stood there, and behind it, moves on. */
export function insert(document: Document, path: Path, ...nodes: readonly Node[]): Document {
  const index = path.at(-1) ?? 0;
  return inHolder(document, path.slice(0, -1), (elements) => elements.toSpliced(index, 0, ...nodes));
}

export function remove(document: Document, path: Path): Document {
  return replaceAt(document, path, () => []);
}

/** Puts a copy behind a node. Ids name one node only, so the copy has none. */
export function duplicate(document: Document, path: Path): Document {
  const node = nodeAt(document, path);
  return node ? insert(document, next(path), copyOf(node)) : document;
}

/** A node like this one, under no name. */
export function copyOf(node: Node): Node {
  const copy: Node = { ...without(node, "id"), type: node.type };
  return Array.isArray(node.elements) ? { ...copy, elements: elementsOf(node).map((child) => (isNode(child) ? copyOf(child) : child)) } : copy;
}

/**
 * Moves a node so that it stands where `to` is now. Gives the document as it was when that is nowhere, or within
 * the node itself.
 */
export function move(document: Document, from: Path, to: Path): Document {
  const node = nodeAt(document, from);
  if (!node || startsWith(to, from)) return document;
  const holder = nodeAt(document, to.slice(0, -1));
  if (to.length > 1 && !holder) return document;
  return insert(remove(document, from), afterRemoval(to, from), node);
}

/** Says where a path leads once the node at another one is gone. */
export function afterRemoval(path: Path, gone: Path): Path {
  const at = gone.length - 1;
  const isBehind = path.length > at && startsWith(path, gone.slice(0, -1)) && (path[at] ?? 0) > (gone[at] ?? 0);
  return isBehind ? path.with(at, (path[at] ?? 0) - 1) : path;
}

/** Puts a node into another one that holds it, which stands in its place. */
export function wrap(document: Document, path: Path, around: Node): Document {
  return replaceAt(document, path, (node) => [{ ...around, elements: [node] }]);
}

/** Takes a holder away and leaves what it held. */
export function unwrap(document: Document, path: Path): Document {
  return replaceAt(document, path, (node) => (node.type === "columns" ? childrenOf(node).flatMap(childrenOf) : childrenOf(node)));
}

export function next(path: Path): Path {
  return path.with(-1, (path.at(-1) ?? 0) + 1);
}

export function startsWith(path: Path, start: Path): boolean {
  return start.every((index, at) => path[at] === index);
}

function elementsOf(holder: Holder): readonly Json[] {
  return Array.isArray(holder.elements) ? (holder.elements as readonly Json[]) : [];
}

function replaceAt(document: Document, path: Path, by: (node: Node) => readonly Node[]): Document {
  const node = nodeAt(document, path);
  if (!node) return document;
  const nodes = by(node);
  if (nodes.length === 1 && nodes[0] === node) return document;
  return inHolder(document, path.slice(0, -1), (elements) => elements.toSpliced(path.at(-1) ?? 0, 1, ...nodes));
}

/** Changes the elements of the holder at a path, and what holds it, and nothing else. */
function inHolder(document: Document, path: Path, by: (elements: readonly Json[]) => readonly Json[]): Document {
  const within = <T extends Holder>(holder: T, rest: Path): T => {
    const [index, ...deeper] = rest;
    if (index === undefined) return { ...holder, elements: by(elementsOf(holder)) };
    const child = elementAt(holder, index);
    if (!child) return holder;
    return { ...holder, elements: elementsOf(holder).with(index, keep(child, within(child, deeper))) };
  };
  return within(document, path);
}
