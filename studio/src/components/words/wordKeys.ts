import type { Editor } from "@tiptap/core";
import { type Words, wordsOf } from "#/elemental/inline/content";
import { normal } from "#/elemental/inline/normal";

export interface WordKeys {
  /** Enter, with the words before and behind the caret. Without it Enter begins a paragraph. */
  split?: (before: Words, behind: Words) => void;
  /** Backspace where nothing is before the caret; `isEmpty` when nothing is behind it either. */
  erase?: (isEmpty: boolean) => void;
  /** An arrow that leads out of the words. */
  leave?: (to: "up" | "down") => void;
  /** `/` where nothing else is. */
  slash?: () => void;
  escape?: () => void;
}

export function jsonOf(editor: Editor): Words {
  // Its schema knows nothing but what `Words` has.
  return editor.getJSON() as Words;
}

/** Does what a key means at the edges of words. Gives whether it did. */
export function pressed(editor: Editor, event: KeyboardEvent, keys: WordKeys, plain: boolean): boolean {
  if (event.isComposing) return false;
  const { selection } = editor.state;
  const atStart = selection.empty && selection.from <= 1;
  switch (event.key) {
    case "Escape":
      keys.escape?.();
      return Boolean(keys.escape);
    case "Enter":
      return split(editor, event, keys, plain);
    case "Backspace":
      if (!atStart || !keys.erase || (!editor.isEmpty && plain)) return false;
      keys.erase(editor.isEmpty);
      return true;
    case "ArrowUp":
    case "ArrowDown": {
      const to = event.key === "ArrowUp" ? "up" : "down";
      if (!keys.leave || event.shiftKey || event.altKey || !editor.view.endOfTextblock(to) || !isEdge(editor, to)) return false;
      keys.leave(to);
      return true;
    }
    case "/":
      if (!editor.isEmpty || !keys.slash) return false;
      keys.slash();
      return true;
    default:
      return false;
  }
}

function split(editor: Editor, event: KeyboardEvent, keys: WordKeys, plain: boolean): boolean {
  if (plain) {
    keys.split?.(wordsOf([[]]), wordsOf([[]]));
    return true;
  }
  if (event.shiftKey || event.ctrlKey || event.metaKey || !keys.split) return false;
  const { selection, doc } = editor.state;
  // Cutting a document gives a document.
  keys.split(normal(doc.cut(0, selection.from).toJSON() as Words), normal(doc.cut(selection.to).toJSON() as Words));
  return true;
}

function isEdge(editor: Editor, to: "up" | "down"): boolean {
  const { selection, doc } = editor.state;
  return to === "up" ? selection.$from.index(0) === 0 : selection.$to.index(0) === doc.childCount - 1;
}
