import { DEFAULT } from "./channels";
import type { Document, Node } from "./node";

/** A template to begin with. */
export interface Beginning {
  id: string;
  name: string;
  hint: string;
  content: Document;
}

function document(...elements: Node[]): Document {
  return { version: "2022-01-01", elements: [{ type: "channel", channel: DEFAULT, elements }] };
}

export const BEGINNINGS: readonly Beginning[] = [
  {
    id: "blank",
    name: "Blank",
    hint: "A subject and one line of text",
    content: document({ type: "meta", title: "" }, { type: "text", content: "" }),
  },
  {
    id: "welcome",
    name: "Welcome",
    hint: "Greets a user and shows them where to begin",
    content: document(
      { type: "meta", title: "Welcome, {{profile.first_name}}" },
      { type: "text", text_style: "h1", content: "Good to have you here" },
      { type: "text", content: "Hello {{profile.first_name}},\n\nthank you for joining us. Here is how to begin:" },
      { type: "list", list_type: "ordered", elements: [{ type: "list-item", content: "Set up your profile" }, { type: "list-item", content: "Invite your team" }] },
      { type: "action", content: "Begin", href: "https://example.com/start" },
      { type: "text", text_style: "subtext", content: "You can answer to this email if anything is unclear." },
    ),
  },
  {
    id: "order",
    name: "Order confirmation",
    hint: "Repeats for each product, with the total",
    content: document(
      { type: "meta", title: "Your order {{order_id}}" },
      { type: "text", text_style: "h1", content: "Thank you for your order" },
      { type: "text", content: "We have order **{{order_id}}** and get it ready." },
      { type: "list", loop: "data.products", elements: [{ type: "list-item", content: "{{$.item.quantity}} × {{$.item.name}}" }] },
      { type: "divider" },
      { type: "text", content: "**Total: {{total}} {{currency}}**" },
      { type: "action", content: "See your order", href: "https://example.com/orders/{{order_id}}" },
    ),
  },
  {
    id: "code",
    name: "One-time code",
    hint: "Short enough for one text message",
    content: document(
      { type: "meta", title: "Your code is {{code}}" },
      { type: "text", content: "Your code is **{{code}}**. It is valid for ten minutes." },
      { type: "text", text_style: "subtext", channels: ["email", "inbox"], content: "Did you not ask for it? Then do nothing: nobody gets in without it." },
    ),
  },
];
