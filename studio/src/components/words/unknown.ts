import { Extension } from "@tiptap/core";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

const KEY = new PluginKey("unknown");

/** Underlines the tags that name what nobody knows. `told` says what is wrong with one. */
export function unknownTags(told: (tag: string) => string | undefined): Extension {
  return Extension.create({
    name: "unknown",
    addProseMirrorPlugins: () => [
      new Plugin({
        key: KEY,
        props: {
          decorations: ({ doc }) => {
            const found: Decoration[] = [];
            doc.descendants((node, at) => {
              const message = node.type.name === "variable" ? told(String(node.attrs.tag)) : undefined;
              if (message) found.push(Decoration.node(at, at + node.nodeSize, { "data-unknown": "", title: message }));
            });
            return DecorationSet.create(doc, found);
          },
        },
      }),
    ],
  });
}
