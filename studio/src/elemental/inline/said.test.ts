import { describe, expect, it } from "vitest";
import { readElements, writeElements } from "./elements";
import { readMarkdown } from "./markdown";
import { readSaid, writeSaid } from "./said";
import { writeMarkdown } from "./writeMarkdown";

const CANONICAL = [
  "",
  "Hello",
  "Hello {{profile.name}}!",
  "**bold** and *italic* and ~~gone~~",
  "***both*** then **bold *and* more**",
  "[Follow it](https://shop.example/t/{{order.id}})",
  "[**bold link**](https://shop.example) after",
  "one line\nand another",
  "one paragraph\n\nand another",
  "5 * 3 = 15 and snake_case_name",
  "It comes to {{formatCurrency order.total 'EUR'}}.",
  "{{#if order.gift}}A gift{{else}}Yours{{/if}}",
  "**{{order.id}}** left us *today*.",
  "{first_name} and {$.tenant.name}",
  "\\*not emphasis\\*",
  "\\- no list",
  "1\\. no list",
  "\\# no heading",
  "Tom & Jerry < 3",
  '[titled](https://a.example "A title")',
  "{{{raw.html}}} {{! a note }}",
];

describe("Markdown", () => {
  it.each(CANONICAL)("comes back as it was: %j", (content) => {
    const words = readMarkdown(content);
    expect(words && writeMarkdown(words)).toBe(content);
  });

  it.each(["_today_", "__bold__", "<https://a.example>", "a  \nb", "&copy; 2026", "a\\\nb"])("means the same after it was written anew: %j", (content) => {
    const words = readMarkdown(content);
    const again = words && writeMarkdown(words);
    expect(again === undefined ? undefined : readMarkdown(again)).toEqual(words);
  });

  it.each(["# Heading", "- a\n- b", "1. a", "![A box](https://a.example/box.png)"])("is edited as written where it is more than paragraphs: %j", (content) => {
    expect(readMarkdown(content)).toBeUndefined();
  });

  it("leaves emphasis off the spaces at its ends", () => {
    expect(writeMarkdown({ type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text: "so " }, { type: "text", text: " bold ", marks: [{ type: "bold" }] }, { type: "text", text: "it is" }] }] })).toBe("so  **bold** it is");
  });

  it("does not say what it cannot", () => {
    const run = (type: "underline" | "bold", text: string) => ({ type: "text" as const, text, marks: [{ type }] });
    expect(writeMarkdown({ type: "doc", content: [{ type: "paragraph", content: [run("underline", "under")] }] })).toBeUndefined();
    expect(writeMarkdown({ type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text: "a" }, run("bold", '"b"'), { type: "text", text: "c" }] }] })).toBeUndefined();
  });
});

describe("structured elements", () => {
  const ELEMENTS = [
    [{ type: "string", content: "Hello " }, { type: "string", content: "{{profile.name}}", bold: true }],
    [{ type: "string", content: "red", color: "#ff0000", font_size: "18px" }, { type: "string", content: " plain" }],
    [{ type: "link", content: "here", href: "https://a.example/{{id}}", disable_tracking: true }],
    [{ type: "string", content: "see " }, { type: "img", src: "https://a.example/x.png", alt_text: "x" }, { type: "string", content: " it" }],
    [{ type: "string", content: "only pros", if: "data.plan == 'pro'", ref: "pro" }, { type: "string", content: ", all" }],
    [{ type: "string", content: "one\ntwo\n\nthree", underline: true }],
    [{ type: "string", content: "" }],
  ];

  it.each(ELEMENTS.map((each) => [each]))("come back as they were: %j", (elements) => {
    expect(writeElements(readElements(elements))).toEqual(elements);
  });
});

describe("what a node says", () => {
  it.each([{ content: "_today_  \nand __then__" }, { elements: [{ type: "string", content: "a" }, { type: "string", content: "b", bold: "bold" }] }])("stays as its author wrote it when nobody changed it: %j", (holder) => {
    const words = readSaid(holder);
    expect(words && writeSaid(holder, words, { structured: true })).toEqual({});
  });

  it("stays Markdown while Markdown can say it, and becomes elements when it cannot", () => {
    const words = (marks: { type: "underline" | "bold" }[]) => ({ type: "doc" as const, content: [{ type: "paragraph" as const, content: [{ type: "text" as const, text: "new", marks }] }] });
    expect(writeSaid({ content: "old" }, words([{ type: "bold" }]), { structured: true })).toEqual({ content: "**new**", elements: undefined });
    expect(writeSaid({ content: "old" }, words([{ type: "underline" }]), { structured: true })).toEqual({
      content: undefined,
      elements: [{ type: "string", content: "new", underline: true }],
    });
    expect(writeSaid({ content: "old" }, words([{ type: "underline" }]), { structured: false })).toEqual({ content: "new" });
  });

  it("keeps the lists within a list's item", () => {
    const list = { type: "list", elements: [{ type: "list-item", content: "inner" }] };
    const words = readMarkdown("changed");
    expect(words && writeSaid({ elements: [{ type: "string", content: "outer" }, list] }, words, { structured: true })).toEqual({
      content: undefined,
      elements: [{ type: "string", content: "changed" }, list],
    });
  });
});
