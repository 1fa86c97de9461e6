import { copyOf, insert, move, next, nodeAt, type Path, pathOf, remove, unwrap, wrap } from "#/elemental/editing";
import { childrenOf, type Document, keyOf, type Node } from "#/elemental/node";
import { kindOf } from "#/elemental/registry";
import { useDesigner } from "./designer";
import { neighbour } from "./neighbours";

export interface BlockActions {
  remove: () => void;
  duplicate: () => void;
  /** Moves it one place up or down; out of its holder at an end. */
  shift: (step: 1 | -1) => void;
  /** Goes to the block before or behind. */
  go: (step: 1 | -1) => void;
  wrap: () => void;
  unwrap: (() => void) | undefined;
  /** Puts it into the group above. */
  into: (() => void) | undefined;
}

/** What can be done with a block. */
export function useBlockActions(node: Node, path: Path): BlockActions {
  const { document, edit, select, say } = useDesigner();
  const key = keyOf(node);
  const label = kindOf(node.type).label;
  const at = (now: Document) => pathOf(now, key) ?? path;
  const above = nodeAt(document, path.with(-1, (path.at(-1) ?? 0) - 1));

  return {
    remove: () => {
      const other = neighbour(document, path, 1) ?? neighbour(document, path, -1);
      edit((now) => remove(now, at(now)));
      focusBlock(other && keyOf(other));
      say(`${label} removed`);
    },
    duplicate: () => {
      const copy = copyOf(node);
      edit((now) => insert(now, next(at(now)), copy), "", { key: keyOf(copy) });
      say(`${label} duplicated`);
    },
    shift: (step) => {
      const to = shifted(document, path, step);
      if (to) edit((now) => move(now, at(now), to));
      focusBlock(key);
      say(to ? `${label} moved ${step > 0 ? "down" : "up"}` : `${label} is at the end`);
    },
    go: (step) => {
      const other = neighbour(document, path, step);
      if (!other) return;
      select(keyOf(other));
      focusBlock(keyOf(other));
    },
    wrap: () => {
      edit((now) => wrap(now, at(now), { type: "group", elements: [] }));
      say(`${label} put in a group`);
    },
    unwrap: node.type === "group" || node.type === "columns" ? () => edit((now) => unwrap(now, at(now))) : undefined,
    into: above?.type === "group" ? () => edit((now) => move(now, at(now), [...path.with(-1, (path.at(-1) ?? 0) - 1), childrenOf(above).length])) : undefined,
  };
}

function shifted(document: Document, path: Path, step: 1 | -1): Path | undefined {
  const index = path.at(-1) ?? 0;
  const parent = nodeAt(document, path.slice(0, -1));
  const count = parent ? childrenOf(parent).length : document.elements.length;
  if (index + step >= 0 && index + step < count) return path.with(-1, step > 0 ? index + 2 : index - 1);
  if (!parent || parent.type === "channel") return undefined;
  const outer = parent.type === "column" ? path.slice(0, -2) : path.slice(0, -1);
  return step > 0 ? next(outer) : outer;
}

/** Brings the keyboard to a block once it has been drawn. */
function focusBlock(key: string | undefined): void {
  if (key) requestAnimationFrame(() => globalThis.document.querySelector<HTMLElement>(`[data-block="${key}"]`)?.focus());
}
