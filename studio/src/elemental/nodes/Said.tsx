import { Textarea } from "@mantine/core";
import type { Editor } from "@tiptap/react";
import { useMemo, useState } from "react";
import { useDesigner } from "#/components/designer/designer";
import { MarkBar } from "#/components/words/MarkBar";
import type { WordKeys } from "#/components/words/wordKeys";
import { WordsEditor } from "#/components/words/WordsEditor";
import { WordsView } from "#/components/words/WordsView";
import type { Words } from "../inline/content";
import { readSaid, writeSaid } from "../inline/said";
import { keyOf, type Node, textOf } from "../node";

interface Props {
  node: Node;
  label: string;
  placeholder: string;
  /** Whether the node may say words as elements: quotes say Markdown alone. */
  structured?: boolean;
  keys?: WordKeys;
}

/** The words of a node: to be read, and edited in place once the node is selected. */
export function Said({ node, label, placeholder, structured = true, keys }: Props) {
  const { selected, caret, change, variables, told, readOnly } = useDesigner();
  const [editor, setEditor] = useState<Editor | null>(null);
  const key = keyOf(node);
  const words = useMemo(() => readSaid(node), [node]);
  const isOpen = selected === key && !readOnly;

  if (!words) return <AsWritten node={node} label={label} isOpen={isOpen} />;
  if (!isOpen) return <WordsView words={words} placeholder={placeholder} told={(tag) => told(node, tag)} />;
  const write = (changed: Words) => change(key, writeSaid(node, changed, { structured }), "words");
  return (
    <>
      {editor && <MarkBar editor={editor} underline={structured} />}
      <WordsEditor
        words={words}
        onChange={write}
        label={label}
        placeholder={placeholder}
        variables={variables}
        told={(tag) => told(node, tag)}
        caret={caret}
        onEditor={setEditor}
        {...(keys && { keys })}
      />
    </>
  );
}

/** Words that are more than paragraphs: their Markdown. */
function AsWritten({ node, label, isOpen }: { node: Node; label: string; isOpen: boolean }) {
  const { change } = useDesigner();
  if (!isOpen) return <WordsView words={{ type: "doc", content: textOf(node, "content").split("\n").map((text) => ({ type: "paragraph", ...(text && { content: [{ type: "text", text }] }) })) }} />;
  return (
    <Textarea
      aria-label={label}
      description="Markdown, with lists and headings"
      autosize
      minRows={3}
      autoFocus
      value={textOf(node, "content")}
      onChange={({ currentTarget: { value } }) => change(keyOf(node), { content: value }, "words")}
    />
  );
}
