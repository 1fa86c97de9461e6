import { describe, expect, it } from "vitest";
import { CORPUS } from "./corpus";
import { afterRemoval, change, duplicate, insert, move, nodeAt, pathOf, readPath, remove, unwrap, wrap, written } from "./editing";
import { type Document, keyOf, type Node, textOf } from "./node";
import { walk } from "./walk";

const text = (content: string): Node => ({ type: "text", content });
const group = (...elements: Node[]): Node => ({ type: "group", elements });
const document = (...elements: Node[]): Document => ({ version: "2022-01-01", elements });
const told = (holder: Document): string => [...walk(holder)].map(([node, path]) => `${path.join(".")}:${textOf(node, "content") || node.type}`).join(" ");

describe("editing", () => {
  it("changes one node, and leaves everything else as it is", () => {
    const before = document(text("a"), group(text("b"), text("c")));
    const after = change(before, [1, 0], { content: "B", align: "left" });
    expect(after).toEqual(document(text("a"), group({ type: "text", content: "B", align: "left" }, text("c"))));
    expect(after.elements[0]).toBe(before.elements[0]);
    expect(change(after, [1, 0], { align: undefined })).toEqual(document(text("a"), group(text("B"), text("c"))));
  });

  it("gives the same document when nothing changes", () => {
    for (const one of CORPUS) {
      for (const [node, path] of walk(one)) {
        expect(change(one, path, { ...node })).toBe(one);
        expect(move(one, path, path)).toBe(one);
        expect(move(one, path, [...path, 0])).toBe(one);
      }
    }
  });

  it("takes back a removal by an insertion, wherever it was", () => {
    for (const one of CORPUS) for (const [node, path] of walk(one)) expect(insert(remove(one, path), path, node)).toEqual(one);
  });

  it("moves a node and moves it back", () => {
    const before = document(text("a"), group(text("b")), text("c"));
    const after = move(before, [0], [1, 1]);
    expect(told(after)).toBe("0:group 0.0:b 0.1:a 1:c");
    expect(move(after, [0, 1], [0])).toEqual(before);
    expect(told(move(before, [2], [0]))).toBe("0:c 1:a 2:group 2.0:b");
    expect(told(move(before, [0], [2]))).toBe("0:group 0.0:b 1:a 2:c");
    expect(told(move(before, [0], [3]))).toBe("0:group 0.0:b 1:c 2:a");
  });

  it("never moves a node into itself", () => {
    const one = document(group(group(text("a"))));
    expect(move(one, [0], [0, 0, 0])).toBe(one);
  });

  it("wraps and unwraps", () => {
    const one = document(text("a"), text("b"));
    const wrapped = wrap(one, [1], group());
    expect(told(wrapped)).toBe("0:a 1:group 1.0:b");
    expect(unwrap(wrapped, [1])).toEqual(one);
  });

  it("names a node for as long as it lives, and a copy anew", () => {
    const one = document(text("a"), { type: "group", id: "g", elements: [{ ...text("b"), id: "i" }] });
    const name = (at: Document, path: number[]) => keyOf(nodeAt(at, path) ?? text(""));
    const key = name(one, [1, 0]);
    const changed = move(change(one, [1, 0], { content: "B" }), [0], [2]);
    expect(pathOf(changed, key)).toEqual([0, 0]);
    const copied = duplicate(changed, [0]);
    expect(copied.elements[1]).toEqual(group(text("B")));
    expect(name(copied, [1, 0])).not.toBe(key);
  });

  it("says where nodes are as the API does", () => {
    expect(written([0, 2])).toBe("elements[0].elements[2]");
    expect(readPath("notification.content.elements[0].elements[12].content")).toEqual([0, 12]);
  });

  it("knows where a path leads once another node is gone", () => {
    expect(afterRemoval([2, 1], [0])).toEqual([1, 1]);
    expect(afterRemoval([0, 1], [0, 3])).toEqual([0, 1]);
    expect(afterRemoval([1, 4], [1, 3])).toEqual([1, 3]);
  });
});
