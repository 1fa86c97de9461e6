/**
 * Elemental as it is written: JSON. The editor edits this and has no model of its own, so whatever it does not know
 * stays where it was.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json | undefined };

export interface Node {
  readonly type: string;
  readonly [field: string]: Json | undefined;
}

export interface Document {
  readonly version: string;
  readonly elements: readonly Node[];
  readonly [field: string]: Json | undefined;
}

/** Fields to set on a node; `undefined` takes a field away. */
export type Fields = Readonly<Record<string, Json | undefined>>;

export function isObject(value: unknown): value is Readonly<Record<string, Json | undefined>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isNode(value: unknown): value is Node {
  return isObject(value) && typeof value.type === "string";
}

/** What stands within a node, in order. */
export function childrenOf(node: Node | Document): readonly Node[] {
  return Array.isArray(node.elements) ? node.elements.filter(isNode) : [];
}

/** Reads a field as text: numbers as they are written, everything else as nothing. */
export function textOf(node: Readonly<Record<string, Json | undefined>>, field: string): string {
  const value = node[field];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** Courier's SDKs write `"true"` or `"bold"`, its docs `true`. */
export function isOn(value: Json | undefined): boolean {
  if (typeof value === "string") return !["", "false", "no", "none", "normal", "0"].includes(value.trim().toLowerCase());
  return Boolean(value);
}

const keys = new WeakMap<Node, string>();
let made = 0;

/** Names a node for as long as it is on screen: through every change and every move, and in no document. */
export function keyOf(node: Node): string {
  const known = keys.get(node);
  if (known !== undefined) return known;
  made += 1;
  const key = `n${made}`;
  keys.set(node, key);
  return key;
}

/** Gives a changed node the name of what it was. */
export function keep<T extends Node>(was: Node, is: T): T {
  if (is !== was) keys.set(is, keyOf(was));
  return is;
}

/** The same without some fields. */
export function without<T extends object>(value: T, ...fields: readonly string[]): Partial<T> {
  const rest: Partial<T> = { ...value };
  for (const field of fields) Reflect.deleteProperty(rest, field);
  return rest;
}

/** Sets fields of a node; gives the same node when nothing changes. */
export function withFields(node: Node, fields: Fields): Node {
  const changed = Object.entries(fields).filter(([field, value]) => !same(node[field], value) || (value === undefined && field in node));
  if (!changed.length) return node;
  const next: Record<string, Json | undefined> = { ...node };
  for (const [field, value] of changed) {
    if (value === undefined) Reflect.deleteProperty(next, field);
    else next[field] = value;
  }
  return keep(node, { ...next, type: node.type });
}

/** Compares two values as JSON, whatever the order of their fields. */
export function same(one: Json | undefined, other: Json | undefined): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((item: Json, at) => same(item, other[at] as Json));
  if (!isObject(one) || !isObject(other)) return false;
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...fields].every((field) => same(one[field], other[field]));
}
