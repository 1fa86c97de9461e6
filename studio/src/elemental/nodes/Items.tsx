import { useDesigner } from "#/components/designer/designer";
import { insert, type Path, pathOf, remove } from "../editing";
import { writeSaid } from "../inline/said";
import { childrenOf, keyOf, type Node, withFields } from "../node";
import { Said } from "./Said";
import classes from "./nodes.module.css";

/** The items of a list, each edited in place: Enter begins another, Backspace ends an empty one. */
export function Items({ node, path }: { node: Node; path: Path }) {
  const Tag = node.list_type === "ordered" ? "ol" : "ul";
  return (
    <Tag className={classes.list}>
      {childrenOf(node).map((item, index) => (
        <Item key={keyOf(item)} item={item} path={[...path, index]} before={childrenOf(node)[index - 1]} />
      ))}
    </Tag>
  );
}

function Item({ item, path, before }: { item: Node; path: Path; before: Node | undefined }) {
  const { edit, select, selected } = useDesigner();
  const key = keyOf(item);
  const keys = {
    split: (first: Parameters<typeof writeSaid>[1], rest: Parameters<typeof writeSaid>[1]) => {
      const next: Node = { type: "list-item", content: "", ...writeSaid({ content: "" }, rest, { structured: true }) };
      edit((document) => {
        const at = pathOf(document, key) ?? path;
        const shortened = withFields(item, writeSaid(item, first, { structured: true }));
        return insert(remove(document, at), at, shortened, withFields(next, {}));
      }, "", { key: keyOf(next), caret: "start" });
    },
    erase: (isEmpty: boolean) => {
      if (!isEmpty || !before) return;
      edit((document) => remove(document, pathOf(document, key) ?? path), "", { key: keyOf(before), caret: "end" });
    },
    escape: () => select(undefined),
  };
  return (
    <li
      onMouseDown={(event) => {
        if (selected !== key) select(key, { x: event.clientX, y: event.clientY });
        event.stopPropagation();
      }}
    >
      <Said node={item} label="Item" placeholder="Item" keys={keys} />
      {childrenOf(item).map((inner, index) => inner.type === "list" && <Items key={keyOf(inner)} node={inner} path={[...path, index]} />)}
    </li>
  );
}
