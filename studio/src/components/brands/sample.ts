/** An email that shows what a brand decides. */
export const SAMPLE = {
  version: "2022-01-01",
  elements: [
    { type: "meta", title: "How this brand looks" },
    { type: "text", text_style: "h1", content: "Hello {{profile.name}}" },
    { type: "text", content: "This is how a text looks, with [a link](https://example.com) in it." },
    { type: "action", content: "A button", href: "https://example.com" },
    { type: "action", content: "A second one", href: "https://example.com", style: "secondary" },
    { type: "quote", content: "Somebody’s words" },
    { type: "divider" },
    { type: "text", text_style: "subtext", content: "And small print." },
  ],
};
