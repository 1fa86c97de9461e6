import { insert, next, type Path, pathOf, remove } from "#/elemental/editing";
import type { Words } from "#/elemental/inline/content";
import { writeSaid } from "#/elemental/inline/said";
import { keyOf, type Node, withFields } from "#/elemental/node";
import { neighbour } from "./neighbours";
import { useDesigner } from "./designer";

/** What keys do in a text: Enter begins the next block, Backspace ends an empty one, arrows lead on. */
export function useTextKeys(node: Node, path: Path) {
  const { document, edit, select, add } = useDesigner();
  const key = keyOf(node);
  const at = pathOf(document, key) ?? path;

  return {
    split: (before: Words, behind: Words) => {
      const following: Node = withFields({ type: "text", content: "" }, writeSaid({ content: "" }, behind, { structured: true }));
      edit(
        (now) => {
          const here = pathOf(now, key) ?? at;
          return insert(remove(now, here), here, withFields(node, writeSaid(node, before, { structured: true })), following);
        },
        "",
        { key: keyOf(following), caret: "start" },
      );
    },
    erase: (isEmpty: boolean) => {
      const before = neighbour(document, at, -1);
      if (!isEmpty) return;
      edit((now) => remove(now, pathOf(now, key) ?? at), "", before && { key: keyOf(before), caret: "end" });
    },
    leave: (to: "up" | "down") => {
      const other = neighbour(document, at, to === "up" ? -1 : 1);
      if (other) select(keyOf(other), to === "up" ? "end" : "start");
    },
    slash: () => add({ path: next(at), instead: key }),
    escape: () => {
      select(key);
      globalThis.document.querySelector<HTMLElement>(`[data-block="${key}"]`)?.focus();
    },
  };
}
