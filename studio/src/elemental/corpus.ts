import type { Document, Node } from "./node";

const everywhere = {
  id: "an-id",
  channels: ["email", "twilio"],
  if: [{ conditions: [{ property: "data.plan", operator: "equals", value: "pro" }], logical_operator: "and" }],
  loop: "data.items",
  ref: "here",
  locales: { fr: { content: "Salut" } },
  data: { any: ["thing", 1, null, { deep: true }] },
};

const run: Node = { type: "string", content: "a", bold: true, highlight: true, color: "#ff0000", font_size: "12px", ...everywhere, locales: { fr: { content: "b" } } };

/** Every node with every field, and fields that nobody knows yet. */
export const EVERY_NODE: readonly Node[] = [
  { type: "meta", title: "Order {{order.id}}", locales: { fr: { title: "Commande {{order.id}}" } } },
  { type: "text", ...everywhere, content: "Hello _there_, **{{profile.name}}**", align: "center", text_style: "h1", format: "markdown", line_height: 1.4, color: "#111111", bold: "bold", italic: false, strikethrough: "false", underline: true, font_size: 18, background_color: "{brand.colors.primary}", padding: "8px 16px", border_color: "red", border_size: "1px" },
  { type: "text", elements: [run, { type: "link", content: "b", href: "https://a.example", disable_tracking: true, underline: "true" }, { type: "img", src: "https://a.example/i.png", alt_text: "i", width: "20px", href: "https://a.example" }] },
  { type: "text", content: "# A heading\n\n- one\n- two\n\n![A box](https://a.example/box.png)" },
  { type: "action", content: "See it", href: "https://a.example/{{order.id}}", action_id: "see", align: "full", style: "secondary", background_color: "#222222", color: "#ffffff", border_radius: "4px", border_size: 1, border_color: "#000000", padding: "4px", font_size: "14px", disable_tracking: false },
  { type: "image", src: "https://a.example/{{picture}}.png", alt_text: "A box", href: "https://a.example", width: "60%", align: "left", border_color: "#000000", border_size: "2px", padding: 4, disable_tracking: true },
  { type: "divider", color: "#eeeeee", border_width: "2px", width: 3, padding: "20px" },
  { type: "quote", content: "Fast as _ever_.", align: "left", border_color: "#cccccc", text_style: "subtext", font_size: 15, line_height: "1.5", background_color: "#fafafa", padding: "4px" },
  { type: "html", content: "<table><tr><td>{{x}}</td></tr></table>" },
  { type: "group", loop: "data.items", background_color: "#ffffff", padding: "8px", border_color: "#000000", border_size: "1px", border_radius: "8px", elements: [{ type: "text", content: "{{$.item.name}}" }, { type: "group", elements: [] }] },
  { type: "list", list_type: "ordered", imgSrc: "https://a.example/dot.png", imgHref: "https://a.example", padding: "4px", font_size: 14, line_height: 1.5, elements: [{ type: "list-item", content: "one" }, { type: "list-item", background_color: "#eeeeee", elements: [{ type: "string", content: "two" }, { type: "list", elements: [{ type: "list-item", content: "within" }] }] }] },
  { type: "columns", gap: "20px", vertical_align: "middle", background_color: "#ffffff", padding: "4px", border_color: "#000000", border_size: "1px", border_radius: 4, elements: [{ type: "column", width: "50%", vertical_align: "bottom", background_color: "#f3f4f6", padding: "12px", border_color: "#000000", border_size: "1px", border_radius: "8px", elements: [{ type: "text", content: "left" }] }, { type: "column", width: "auto", elements: [] }] },
  { type: "jsonnet", content: "{ type: 'section', text: data('x') }" },
  { type: "comment", comment: "for us", content: "not for them", object: { any: 1 } },
  { type: "hologram", content: "of a later version", depth: { z: [1, 2, 3] } },
];

const RAW: readonly Node[] = [
  { type: "channel", channel: "email", raw: { subject: "S", html: "<mjml></mjml>", text: "t", transformers: ["handlebars", "mjml"] }, font_size: 16, line_height: 1.5, padding: "8px", font_family: "Georgia, serif", background_color: "#eeeeee", content_body_color: "#ffffff" },
  { type: "channel", channel: "slack", raw: { slackBlocks: [{ type: "divider" }], text: "t", title: "T" } },
  { type: "channel", channel: "whatsapp", raw: { template: { name: "order", language: "en_US", components: [] } }, locales: { fr: { raw: { text: "Salut" } } } },
  { type: "channel", channel: "sms", elements: [], if: "false" },
];

export const CORPUS: readonly Document[] = [
  { version: "2022-01-01", elements: [] },
  { version: "2020-01-01", elements: EVERY_NODE },
  { version: "2022-01-01", elements: [{ type: "channel", channel: "default", elements: EVERY_NODE }, ...RAW] },
  { version: "2022-01-01", elements: [{ type: "channel", channel: "hologram", elements: EVERY_NODE, field: "of a later version" }], also: "unknown" },
];
