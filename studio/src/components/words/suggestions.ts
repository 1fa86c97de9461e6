import { Extension } from "@tiptap/core";
import { Suggestion, type SuggestionProps } from "@tiptap/suggestion";
import { tagOf } from "#/elemental/tags";
import type { Variable } from "#/elemental/variables";

export interface Suggestions {
  items: readonly Variable[];
  /** Which one Enter takes. */
  at: number;
  left: number;
  top: number;
  take: (variable: Variable) => void;
}

/** Offers variables as soon as somebody types `{`; `show` is told what to draw, and undefined when it is over. */
export function suggestions(find: (typed: string) => Variable[], show: (shown: Suggestions | undefined) => void): Extension {
  let open: Suggestions | undefined;
  const tell = (next: Suggestions | undefined) => {
    open = next;
    show(next);
  };
  const update = ({ items, command, clientRect }: SuggestionProps<Variable, Variable>) => {
    const place = () => {
      const box = clientRect?.();
      return { left: box?.left ?? 0, top: box?.bottom ?? 0 };
    };
    const at = Math.min(open?.at ?? 0, Math.max(items.length - 1, 0));
    tell({ items, at, ...place(), take: command });
    requestAnimationFrame(() => {
      if (open) tell({ ...open, ...place() }); // once the line that was typed has been broken
    });
  };
  const onKeyDown = (key: string): boolean => {
    if (!open?.items.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step) {
      tell({ ...open, at: (open.at + step + open.items.length) % open.items.length });
      return true;
    }
    const chosen = open.items[open.at];
    if ((key !== "Enter" && key !== "Tab") || !chosen) return false;
    open.take(chosen);
    return true;
  };
  return Extension.create({
    name: "suggestions",
    priority: 1000, // before Enter means anything else
    addProseMirrorPlugins() {
      return [
        Suggestion<Variable, Variable>({
          editor: this.editor,
          char: "{",
          allowedPrefixes: null,
          allow: ({ editor }) => editor.isFocused, // the same words may be open elsewhere, and change with these
          items: ({ query }) => find(query.replace(/^\{+/, "")),
          command: ({ editor, range, props }) => {
            editor
              .chain()
              .focus()
              .insertContentAt(range, { type: "variable", attrs: { tag: tagOf(props.path) } })
              .run();
          },
          render: () => ({ onStart: update, onUpdate: update, onExit: () => tell(undefined), onKeyDown: ({ event }) => onKeyDown(event.key) }),
        }),
      ];
    },
  });
}
