import { nodeAt, type Path } from "#/elemental/editing";
import { childrenOf, type Document, type Node } from "#/elemental/node";

/** Blocks in the order in which they are read: a holder comes before what it holds. */
export function* blocksOf(nodes: readonly Node[]): Generator<Node> {
  for (const node of nodes) {
    if (node.type !== "column") yield node;
    if (node.type !== "list" && node.type !== "text") yield* blocksOf(childrenOf(node));
  }
}

/** The block before or behind one, within the same channel. */
export function neighbour(document: Document, path: Path, step: 1 | -1): Node | undefined {
  const node = nodeAt(document, path);
  const top = document.elements[path[0] ?? 0];
  const nodes = top?.type === "channel" ? childrenOf(top) : document.elements;
  const blocks = [...blocksOf(nodes)];
  const index = node ? blocks.indexOf(node) : -1;
  return index === -1 ? undefined : blocks[index + step];
}
