import { type Document, type Node, same, textOf } from "./node";

/** What became of a block between two versions. */
export type Change =
  | { readonly kind: "same"; readonly node: Node; readonly was: Node }
  | { readonly kind: "added"; readonly node: Node }
  | { readonly kind: "removed"; readonly was: Node }
  | { readonly kind: "changed"; readonly node: Node; readonly was: Node };

/** Compares two lists of blocks, in the order in which they are read: the longest common part stays. */
export function diff(before: readonly Node[], after: readonly Node[]): Change[] {
  const lengths = common(before, after);
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const was = before[i];
    const node = after[j];
    if (was && node && same(was, node)) {
      changes.push({ kind: "same", node, was });
      i += 1;
      j += 1;
    } else if (was && (!node || at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      changes.push({ kind: "removed", was });
      i += 1;
    } else if (node) {
      changes.push({ kind: "added", node });
      j += 1;
    }
  }
  return paired(changes);
}

/** A block that went where one of its type came has changed. */
function paired(changes: readonly Change[]): Change[] {
  const out: Change[] = [];
  let gap: Change[] = [];
  const flush = () => {
    const added = gap.filter((each) => each.kind === "added");
    const taken = new Set<Change>();
    for (const each of gap) {
      if (each.kind === "removed") {
        const partner = added.find((other) => other.node.type === each.was.type && !taken.has(other));
        if (partner) taken.add(partner);
        out.push(partner ? { kind: "changed", was: each.was, node: partner.node } : each);
      }
    }
    out.push(...added.filter((each) => !taken.has(each)));
    gap = [];
  };
  for (const each of changes) {
    if (each.kind === "same") {
      flush();
      out.push(each);
    } else gap.push(each);
  }
  flush();
  return out;
}

function common(before: readonly Node[], after: readonly Node[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = lengths[i];
      if (row) row[j] = same(before[i], after[j]) ? at(lengths, i + 1, j + 1) + 1 : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  }
  return lengths;
}

function at(lengths: readonly (readonly number[])[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}

/** Compares two documents channel by channel. */
export function diffDocuments(before: Document, after: Document): { channel: string; changes: Change[] }[] {
  const one = blocks(before);
  const other = blocks(after);
  return [...new Set([...one.keys(), ...other.keys()])].map((channel) => ({ channel, changes: diff(one.get(channel) ?? [], other.get(channel) ?? []) }));
}

function blocks(document: Document): Map<string, readonly Node[]> {
  const found = new Map<string, readonly Node[]>();
  for (const node of document.elements) {
    if (node.type !== "channel") found.set("default", [...(found.get("default") ?? []), node]);
    else {
      const { elements, ...head } = node;
      const own = Object.keys(head).length > 2 ? [{ ...head, type: "channel" }] : [];
      // What stands in `elements` of a document that was saved are nodes.
      found.set(textOf(node, "channel"), [...own, ...((elements ?? []) as readonly Node[])]);
    }
  }
  return found;
}
