import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { type RefObject, useEffect, useState } from "react";
import { next, type Path, startsWith } from "#/elemental/editing";

/** What is dragged, and where it may be dropped: paths in the document. */
export const FROM = "tidings/from";
export const TO = "tidings/to";

/** Reads a path out of what the dragging library hands on. */
export function pathIn(data: Readonly<Record<string | symbol, unknown>>, name: string): Path | undefined {
  const path = data[name];
  return Array.isArray(path) && path.every((index) => typeof index === "number") ? path : undefined;
}

/** Lets a block be dragged by its handle, and others be dropped above and below it. */
export function useDragging(block: RefObject<HTMLElement | null>, handle: RefObject<HTMLElement | null>, path: Path, enabled: boolean) {
  const [edge, setEdge] = useState<string | undefined>();
  const [isDragging, setDragging] = useState(false);
  const place = path.join(".");

  useEffect(() => {
    const element = block.current;
    if (!element || !handle.current || !enabled) return undefined;
    const own = place.split(".").map(Number);
    return combine(
      draggable({
        element,
        dragHandle: handle.current,
        getInitialData: () => ({ [FROM]: own }),
        onDragStart: () => setDragging(true),
        onDrop: () => setDragging(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => {
          const from = pathIn(source.data, FROM);
          return from !== undefined && !startsWith(own, from);
        },
        getData: ({ input }) => attachClosestEdge({ [TO]: own }, { element, input, allowedEdges: ["top", "bottom"] }),
        onDrag: ({ self, location }) => setEdge(location.current.dropTargets[0]?.element === element ? (extractClosestEdge(self.data) ?? undefined) : undefined),
        onDragLeave: () => setEdge(undefined),
        onDrop: () => setEdge(undefined),
      }),
    );
  }, [block, handle, place, enabled]);

  return { edge, isDragging };
}

/** Says where a dropped block goes: above or below what it was dropped on, or into an empty holder. */
export function dropPath(data: Record<string | symbol, unknown>): Path | undefined {
  const to = pathIn(data, TO);
  if (!to) return undefined;
  return extractClosestEdge(data) === "bottom" ? next(to) : to;
}
