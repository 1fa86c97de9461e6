import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { ActionIcon, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconGripVertical } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import classes from "./Arranged.module.css";
import { landing } from "./arranging";

interface Props<T> {
  /** What is in order, for those who hear it. */
  label: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  nameOf: (item: T) => string;
  move: (from: number, to: number) => void;
  disabled?: boolean;
  /** How far down the handle stands, so that it is level with the first line of what it moves. */
  handleTop?: number;
  children: (item: T, index: number) => ReactNode;
}

/** A list that is put in order: dragged by handles, or moved with the arrow keys while a handle has the focus. */
export function Arranged<T>({ label, items, keyOf, nameOf, move, disabled = false, handleTop = 0, children }: Props<T>) {
  const list = useId();
  const [said, say] = useState("");
  const arrange = (from: number, to: number) => {
    const item = items[from];
    if (item === undefined || to < 0 || to >= items.length || from === to) return;
    move(from, to);
    say(`${nameOf(item)} is now ${to + 1} of ${items.length}`);
  };
  return (
    <>
      <ul className={classes.list} aria-label={label}>
        {items.map((item, index) => (
          <Item key={keyOf(item)} list={list} index={index} name={nameOf(item)} arrange={arrange} disabled={disabled || items.length < 2} top={handleTop}>
            {children(item, index)}
          </Item>
        ))}
      </ul>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}

interface ItemProps {
  list: string;
  index: number;
  name: string;
  arrange: (from: number, to: number) => void;
  disabled: boolean;
  top: number;
  children: ReactNode;
}

const STEPS: Readonly<Record<string, -1 | 1>> = { ArrowUp: -1, ArrowDown: 1 };

function Item({ list, index, name, arrange, disabled, top, children }: ItemProps) {
  const item = useRef<HTMLLIElement>(null);
  const handle = useRef<HTMLButtonElement>(null);
  const { edge, isDragging } = useItemDragging(item, handle, { list, index, arrange, disabled });

  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    arrange(index, index + step);
    requestAnimationFrame(() => handle.current?.focus()); // moving an element takes the focus from it
  };
  return (
    <li ref={item} className={classes.item} data-edge={edge} data-dragging={isDragging || undefined}>
      <Tooltip label="Drag to move, or press ↑ and ↓" openDelay={500} disabled={disabled}>
        <ActionIcon ref={handle} className={classes.handle ?? ""} mt={top} variant="subtle" color="gray" aria-label={`Move ${name}`} disabled={disabled} onKeyDown={press}>
          <IconGripVertical size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <div className={classes.content}>{children}</div>
    </li>
  );
}

type Dragged = Pick<ItemProps, "list" | "index" | "arrange" | "disabled">;

function useItemDragging(item: React.RefObject<HTMLElement | null>, handle: React.RefObject<HTMLElement | null>, { list, index, arrange, disabled }: Dragged) {
  const [edge, setEdge] = useState<string | undefined>();
  const [isDragging, setDragging] = useState(false);
  const latest = useRef(arrange);
  useEffect(() => {
    latest.current = arrange;
  });
  useEffect(() => {
    const element = item.current;
    if (!element || !handle.current || disabled) return undefined;
    const ofThisList = (data: Readonly<Record<string | symbol, unknown>>) => data.list === list && typeof data.index === "number";
    return combine(
      draggable({
        element,
        dragHandle: handle.current,
        getInitialData: () => ({ list, index }),
        onDragStart: () => setDragging(true),
        onDrop: () => setDragging(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => ofThisList(source.data) && source.element !== element,
        getData: ({ input }) => attachClosestEdge({ list, index }, { element, input, allowedEdges: ["top", "bottom"] }),
        onDrag: ({ self }) => setEdge(extractClosestEdge(self.data) ?? undefined),
        onDragLeave: () => setEdge(undefined),
        onDrop: ({ self, source }) => {
          setEdge(undefined);
          const from = source.data.index;
          if (typeof from === "number") latest.current(from, landing(from, index, extractClosestEdge(self.data) === "bottom"));
        },
      }),
    );
  }, [item, handle, list, index, disabled]);
  return { edge, isDragging };
}
