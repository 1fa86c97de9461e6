import { type AnyExtension, InputRule, Mark, mergeAttributes, Node } from "@tiptap/core";
import { Bold } from "@tiptap/extension-bold";
import { Document } from "@tiptap/extension-document";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Italic } from "@tiptap/extension-italic";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Strike } from "@tiptap/extension-strike";
import { Text } from "@tiptap/extension-text";
import { Underline } from "@tiptap/extension-underline";
import { labelOfTag } from "#/elemental/tags";

/** A tag of the template, as one thing: it is chosen, moved and deleted whole. */
const Variable = Node.create({
  name: "variable",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ tag: { default: "" } }),
  parseHTML: () => [{ tag: "span[data-tag]", getAttrs: (element) => ({ tag: element.dataset.tag ?? "" }) }],
  renderHTML: ({ node, HTMLAttributes }) => {
    const tag = String(node.attrs.tag);
    return ["span", mergeAttributes(HTMLAttributes, { "data-tag": tag, class: "variable-chip" }), labelOfTag(tag)];
  },
  renderText: ({ node }) => String(node.attrs.tag),
  addInputRules() {
    return [
      new InputRule({
        find: /\{\{\{?[^{}]+\}?\}\}$/,
        handler: ({ range, match, chain }) => {
          chain().insertContentAt(range, { type: this.name, attrs: { tag: match[0] } }).run();
        },
      }),
    ];
  },
});

/** An inline element that has no form of its own here: a picture, or one of a later version. It stays as it is. */
const Foreign = Node.create({
  name: "foreign",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ node: { default: { type: "img" }, rendered: false } }),
  renderHTML: ({ node }) => {
    const held: unknown = node.attrs.node;
    const type = typeof held === "object" && held !== null && "type" in held ? String(held.type) : "element";
    return ["span", { class: "foreign-chip" }, type === "img" ? "picture" : type];
  },
});

/** An address is taken as it is typed, with its variables; nobody can follow it while they write. */
const Link = Mark.create({
  name: "link",
  inclusive: false,
  addAttributes: () => ({ href: { default: "" }, title: { default: null } }),
  parseHTML: () => [{ tag: "a[href]" }],
  renderHTML: ({ HTMLAttributes }) => ["span", { class: "link-text", title: String(HTMLAttributes.href) }, 0],
});

/** Colours, sizes and conditions of a run, which have no button: they ride along. */
const Run = Mark.create({
  name: "run",
  addAttributes: () => ({ said: { default: "", rendered: false } }),
  renderHTML: () => ["span", { class: "run-text" }, 0],
});

const PLAIN = [Document, Paragraph, Text, HardBreak, Variable, Foreign];

/** What words are made of. Plain ones have variables, and no looks. */
export function wordExtensions({ plain }: { plain: boolean }): AnyExtension[] {
  return plain ? PLAIN : [...PLAIN, Run, Link, Bold, Italic, Strike, Underline];
}
