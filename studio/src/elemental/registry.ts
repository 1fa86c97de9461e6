import type { Kind, Start } from "./kind";
import { action } from "./nodes/action";
import { columns } from "./nodes/columns";
import { comment } from "./nodes/comment";
import { divider } from "./nodes/divider";
import { group } from "./nodes/group";
import { html } from "./nodes/html";
import { image } from "./nodes/image";
import { jsonnet } from "./nodes/jsonnet";
import { list } from "./nodes/list";
import { meta } from "./nodes/meta";
import { quote } from "./nodes/quote";
import { text } from "./nodes/text";
import { unknown } from "./nodes/unknown";

/** Every type of block, in the order of the menu. Adding one is one file and one word here. */
export const KINDS: readonly Kind[] = [text, action, image, list, divider, columns, quote, group, meta, html, jsonnet, comment];

const BY_TYPE = new Map(KINDS.map((kind) => [kind.type, kind]));

export function kindOf(type: string): Kind {
  return BY_TYPE.get(type) ?? unknown;
}

/** What the menu of blocks offers. */
export const STARTS: readonly Start[] = KINDS.flatMap((kind): readonly Start[] => kind.starts ?? [kind]);
