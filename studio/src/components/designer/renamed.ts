import { type Fields, isObject, type Json, type Node } from "#/elemental/node";
import { piecesOf } from "#/elemental/tags";

/** Fields of a node in which a variable is called by another name. */
export function renamed(node: Node, said: string, meant: string): Fields {
  const name = new RegExp(`(?<![\\w.$@-])(data\\.)?${said.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`, "g");
  const inTag = (tag: string) => tag.replace(name, (_, data: string | undefined) => (data ?? "") + meant);
  const inText = (text: string) =>
    piecesOf(text)
      .map((piece) => ("tag" in piece ? inTag(piece.tag) : piece.text))
      .join("");
  const within = (value: Json | undefined): Json | undefined => {
    if (typeof value === "string") return inText(value);
    if (Array.isArray(value)) return (value as readonly Json[]).map((each) => within(each) ?? null);
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([field, each]) => [field, within(each)])) : value;
  };
  const fields = Object.entries(node).filter(([field]) => field !== "type" && field !== "if" && field !== "loop");
  const changed = Object.fromEntries(fields.map(([field, value]) => [field, field === "elements" && node.type !== "text" ? value : within(value)]));
  const path = (value: Json | undefined): Json | undefined => (typeof value === "string" ? inTag(value) : Array.isArray(value) ? within(value) : value);
  return { ...changed, ...(node.if !== undefined && { if: path(node.if) }), ...(node.loop !== undefined && { loop: path(node.loop) }) };
}
