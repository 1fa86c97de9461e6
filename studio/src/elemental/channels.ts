import { change, copyOf, insert, nodeAt, type Path, remove } from "./editing";
import { childrenOf, type Document, isObject, type Json, type Node, textOf } from "./node";

/** Speaks for every channel that has no block of its own. */
export const DEFAULT = "default";

/** The places that content is designed for, in the order of the tabs. */
export const PLACES = ["email", "sms", "push", "inbox", "slack", "msteams", "whatsapp"] as const;

const NAMES: Readonly<Record<string, string>> = {
  default: "All channels",
  email: "Email",
  sms: "SMS",
  push: "Push",
  inbox: "Inbox",
  slack: "Slack",
  msteams: "Teams",
  whatsapp: "WhatsApp",
  direct_message: "Chat",
  discord: "Discord",
  telegram: "Telegram",
  webhook: "Webhook",
  banner: "Banner",
};

export function nameOf(place: string): string {
  return NAMES[place] ?? place;
}

/** Chats speak from the block of `direct_message` when they have none of their own. */
const CHATS = new Set(["slack", "msteams", "whatsapp", "discord", "telegram"]);

/** `own` words, the `shared` ones of another block, or `off`: nothing is sent there. */
export type ChannelState = "own" | "shared" | "off";

/** Tells whether content is written in channel blocks; what is not, speaks on every channel. */
export function hasBlocks(document: Document): boolean {
  return document.elements.some((node) => node.type === "channel");
}

/** Finds the block that one place has for itself. */
export function blockOf(document: Document, place: string): { path: Path; node: Node } | undefined {
  const index = document.elements.findIndex((node) => node.type === "channel" && node.channel === place);
  const node = document.elements[index];
  return node && { path: [index], node };
}

/** Finds the block that a place speaks from: its own, that of its kind, or the shared one. */
export function speaksFrom(document: Document, place: string): { path: Path; node: Node } | undefined {
  return blockOf(document, place) ?? (CHATS.has(place) ? blockOf(document, "direct_message") : undefined) ?? blockOf(document, DEFAULT);
}

/** Says where the elements stand that a place shows; undefined when it shows none. */
export function bodyOf(document: Document, place: string): Path | undefined {
  return hasBlocks(document) ? speaksFrom(document, place)?.path : [];
}

export function elementsOf(document: Document, body: Path): readonly Node[] {
  const node = body.length ? nodeAt(document, body) : undefined;
  return node ? childrenOf(node) : body.length ? [] : document.elements;
}

export function stateOf(document: Document, place: string): ChannelState {
  if (!hasBlocks(document)) return "shared";
  const found = speaksFrom(document, place);
  if (!found || isOff(found.node)) return "off";
  return found.node.channel === place ? "own" : "shared";
}

/** Lists the places to show as tabs: those everybody knows, and those that this document names. */
export function placesOf(document: Document): string[] {
  const named = document.elements.filter((node) => node.type === "channel").map((node) => textOf(node, "channel"));
  return [...new Set([DEFAULT, ...PLACES, ...named])];
}

/** Which channel to begin with: all of them, or the first that says something. */
export function opening(document: Document): string {
  return placesOf(document).find((place) => stateOf(document, place) !== "off") ?? DEFAULT;
}

/** Gives a place words of its own: those that it shared until now, to begin with. */
export function own(document: Document, place: string): Document {
  const blocked = inBlocks(document);
  if (blockOf(blocked, place)) return turnOn(blocked, place);
  const shared = speaksFrom(blocked, place)?.node;
  const elements = shared ? childrenOf(shared).map(copyOf) : [];
  return insert(blocked, [blocked.elements.length], { type: "channel", channel: place, elements });
}

/** Lets a place share the words of others again: its own are gone. */
export function share(document: Document, place: string): Document {
  const block = blockOf(document, place);
  return block ? remove(document, block.path) : document;
}

/** Sends nothing to a place any more. Its own words stay, for when it is turned on again. */
export function turnOff(document: Document, place: string): Document {
  const blocked = inBlocks(document);
  const block = blockOf(blocked, place);
  if (!block) return insert(blocked, [blocked.elements.length], { type: "channel", channel: place, elements: [], if: OFF });
  if (isOff(block.node)) return blocked;
  const kept = block.node.if === undefined ? {} : { data: { ...dataOf(block.node), [KEPT]: block.node.if } };
  return change(blocked, block.path, { if: OFF, ...kept });
}

export function turnOn(document: Document, place: string): Document {
  const block = blockOf(document, place);
  if (!block) return own(document, place);
  if (!isOff(block.node)) return document;
  const { [KEPT]: was, ...data } = dataOf(block.node);
  const isEmpty = !childrenOf(block.node).length && block.node.raw === undefined;
  if (isEmpty && blockOf(document, DEFAULT) && place !== DEFAULT) return share(document, place);
  return change(document, block.path, { if: was, data: Object.keys(data).length ? data : undefined });
}

/** Puts elements that stand in no block into the shared one. */
export function inBlocks(document: Document): Document {
  if (hasBlocks(document)) return document;
  return { ...document, elements: [{ type: "channel", channel: DEFAULT, elements: document.elements }] };
}

const OFF = "false";
const KEPT = "if_when_on";

function isOff(block: Node): boolean {
  return block.if === OFF;
}

function dataOf(node: Node): Readonly<Record<string, Json | undefined>> {
  return isObject(node.data) ? node.data : {};
}
