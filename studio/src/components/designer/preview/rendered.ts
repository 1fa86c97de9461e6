import { isObject, type Json } from "#/elemental/node";

/** What a channel's preview holds, as the API describes it no further. */
export type Rendered = Readonly<Record<string, Json | undefined>>;

export interface Pressable {
  content: string;
  href: string;
}

export function rendered(value: unknown): Rendered {
  return isObject(value) ? value : {};
}

export function said(of: Rendered, field: string): string {
  const value = of[field];
  return typeof value === "string" ? value : "";
}

export function pressables(of: Rendered): Pressable[] {
  return listed(of.actions).map((each) => ({ content: said(each, "content"), href: said(each, "href") }));
}

export function listed(value: Json | undefined): Rendered[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}
