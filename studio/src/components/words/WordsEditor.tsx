import { Placeholder } from "@tiptap/extensions";
import { type Editor, EditorContent, useEditor } from "@tiptap/react";
import { useEffect, useId, useState } from "react";
import type { Words } from "#/elemental/inline/content";
import { equalWords, normal } from "#/elemental/inline/normal";
import { sameOnceWritten } from "#/elemental/inline/writeMarkdown";
import { findVariables, type Variable } from "#/elemental/variables";
import { wordExtensions } from "./extensions";
import { suggestions, type Suggestions } from "./suggestions";
import { unknownTags } from "./unknown";
import { VariableMenu } from "./VariableMenu";
import { jsonOf, pressed, type WordKeys } from "./wordKeys";
import classes from "./Words.module.css";
import "./words.css";

/** Where the caret goes when the editor opens. */
export type Caret = "start" | "end" | { x: number; y: number };

interface Props {
  words: Words;
  onChange: (words: Words) => void;
  label: string;
  variables: readonly Variable[];
  told?: ((tag: string) => string | undefined) | undefined;
  plain?: boolean;
  placeholder?: string;
  caret?: Caret | undefined;
  keys?: WordKeys;
  onEditor?: (editor: Editor | null) => void;
}

type Asked = Pick<Props, "onChange" | "keys" | "told" | "variables">;

/** What ProseMirror asks between two renderings: it lives longer than the functions of one. */
class Live {
  asked: Asked = { onChange: () => undefined, variables: [] };
  editor: Editor | undefined;
  written: Words | undefined;
  /** The menu of variables is open: its keys are its own. */
  isChoosing = false;

  choosing(isChoosing: boolean): void {
    this.isChoosing = isChoosing;
  }

  take(asked: Asked, editor: Editor): void {
    this.asked = asked;
    this.editor = editor;
  }

  wrote(words: Words): void {
    this.written = words;
  }
}

/** Words, edited in place. It tells every change, and takes over words that were changed elsewhere. */
export function WordsEditor({ words, onChange, label, variables, told, plain = false, placeholder = "", caret, keys, onEditor }: Props) {
  const menu = useId();
  const [shown, setShown] = useState<Suggestions | undefined>();
  const [live] = useState(() => new Live());
  const [extensions] = useState(() => [
    ...wordExtensions({ plain }),
    suggestions(
      (typed) => findVariables(live.asked.variables, typed),
      (next) => {
        live.choosing(Boolean(next?.items.length));
        setShown(next);
      },
    ),
    unknownTags((tag) => live.asked.told?.(tag)),
    Placeholder.configure({ placeholder }),
  ]);
  const editor = useEditor({
    extensions,
    content: words,
    injectCSS: false, // Words.module.css has it: the page's policy takes no styles of others
    shouldRerenderOnTransaction: false,
    editorProps: {
      attributes: { role: "textbox", "aria-label": label, "aria-multiline": String(!plain), spellcheck: "true" },
      handleKeyDown: (_, event) => (live.editor && !live.isChoosing ? pressed(live.editor, event, live.asked.keys ?? {}, plain) : false),
    },
    onUpdate: ({ editor: changed }) => {
      const now = normal(jsonOf(changed));
      live.wrote(now);
      live.asked.onChange(now);
    },
  });

  useEffect(() => live.take({ onChange, variables, ...(keys && { keys }), ...(told && { told }) }, editor));

  useEffect(() => {
    // What we wrote ourselves comes back trimmed; only words of others are taken over.
    if (live.written && sameOnceWritten(words, live.written)) return;
    live.wrote(words);
    if (!equalWords(words, jsonOf(editor))) editor.commands.setContent(words, { emitUpdate: false });
  }, [live, editor, words]);

  useEffect(() => {
    onEditor?.(editor);
    return () => onEditor?.(null);
  }, [editor, onEditor]);

  useEffect(() => {
    if (caret === undefined) return;
    const at = typeof caret === "object" ? editor.view.posAtCoords({ left: caret.x, top: caret.y })?.pos : caret;
    editor.commands.focus(at ?? "end");
  }, [editor, caret]);

  useEffect(() => {
    editor.view.dispatch(editor.state.tr.setMeta("unknown", true)); // draws the underlines anew
  }, [editor, told]);

  return (
    <>
      <EditorContent editor={editor} className={classes.editor} />
      {shown && <VariableMenu id={menu} suggestions={shown} />}
    </>
  );
}
