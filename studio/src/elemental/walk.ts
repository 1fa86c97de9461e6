import type { Path } from "./editing";
import { childrenOf, type Document, type Node } from "./node";

/** Gives every node with its path, in document order. */
export function* walk(holder: Document | Node, path: Path = []): Generator<readonly [Node, Path]> {
  for (const [index, node] of childrenOf(holder).entries()) {
    yield [node, [...path, index]];
    yield* walk(node, [...path, index]);
  }
}
