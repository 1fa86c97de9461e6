import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Path } from "#/elemental/editing";
import { keyOf, type Node } from "#/elemental/node";
import { Block } from "./Block";
import classes from "./Block.module.css";
import { useDesigner } from "./designer";
import { TO } from "./useDragging";

interface Props {
  nodes: readonly Node[];
  /** Where the holder of these blocks stands. */
  path: Path;
  label: string;
}

/** Blocks, one below the other, and a way to add one. */
export function Blocks({ nodes, path, label }: Props) {
  const { add, readOnly } = useDesigner();
  const slot = useCallback((holder: Node, at: Path) => <Held holder={holder} path={at} />, []);
  const end = [...path, nodes.length];
  return (
    <>
      {nodes.length > 0 && (
        <ol className={classes.blocks} aria-label={label}>
          {nodes.map((node, index) => (
            <Block key={keyOf(node)} node={node} path={[...path, index]} slot={slot} />
          ))}
        </ol>
      )}
      {!nodes.length && <Empty path={end} />}
      {nodes.length > 0 && !readOnly && path.length < 2 && (
        <Button className={classes.add ?? ""} size="compact-sm" variant="subtle" color="gray" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => add({ path: end })}>
          Add a block
        </Button>
      )}
    </>
  );
}

function Held({ holder, path }: { holder: Node; path: Path }) {
  const nodes = Array.isArray(holder.elements) ? (holder.elements as readonly Node[]) : [];
  return <Blocks nodes={nodes} path={path} label={`Within the ${holder.type}`} />;
}

/** A holder without blocks: blocks may be dropped or put into it. */
function Empty({ path }: { path: Path }) {
  const { add, readOnly } = useDesigner();
  const element = useRef<HTMLDivElement>(null);
  const [isOver, setOver] = useState(false);
  const place = path.join(".");
  useEffect(() => {
    if (!element.current) return undefined;
    return dropTargetForElements({
      element: element.current,
      getData: () => ({ [TO]: place.split(".").map(Number) }),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: () => setOver(false),
    });
  }, [place]);
  return (
    <div ref={element} className={classes.empty} data-over={isOver || undefined}>
      <Button size="compact-sm" variant="subtle" color="gray" disabled={readOnly} leftSection={<IconPlus size={14} aria-hidden />} onClick={() => add({ path })}>
        Add a block
      </Button>
    </div>
  );
}
