import { Group, Text } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { nameOf } from "#/elemental/channels";
import { conditionText } from "#/elemental/conditions";
import type { Path } from "#/elemental/editing";
import { childrenOf, keyOf, type Node, textOf } from "#/elemental/node";
import { kindOf } from "#/elemental/registry";
import classes from "./Block.module.css";
import { BlockIssues } from "./BlockIssues";
import { BlockTools } from "./BlockTools";
import { useDesigner } from "./designer";
import { useBlockActions } from "./useBlockActions";
import { useDragging } from "./useDragging";

interface Props {
  node: Node;
  path: Path;
  slot: (node: Node, path: Path) => ReactNode;
}

/** One block on the canvas: what it looks like, and what can be done with it, by hand and by keyboard. */
export function Block({ node, path, slot }: Props) {
  const { selected, select, place, readOnly, add } = useDesigner();
  const key = keyOf(node);
  const item = useRef<HTMLLIElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const handle = useRef<HTMLButtonElement>(null);
  const { edge, isDragging } = useDragging(item, handle, path, !readOnly);
  const actions = useBlockActions(node, path);
  const kind = kindOf(node.type);
  const isSelected = selected === key || (node.type === "list" && holdsKey(node, selected));
  const summary = kind.summary(node);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== frame.current || readOnly) return;
    const command = event.ctrlKey || event.metaKey;
    const done = {
      ArrowUp: () => (event.altKey ? actions.shift(-1) : actions.go(-1)),
      ArrowDown: () => (event.altKey ? actions.shift(1) : actions.go(1)),
      Enter: () => select(key, "end"),
      Delete: actions.remove,
      Backspace: actions.remove,
      Escape: () => select(undefined),
      "/": () => add({ path: path.with(-1, (path.at(-1) ?? 0) + 1) }),
      ...(command && { d: actions.duplicate }),
    }[event.key];
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
    done();
  };

  return (
    <li ref={item} className={classes.item} data-edge={edge} data-dragging={isDragging || undefined}>
      <div
        ref={frame}
        className={classes.frame}
        role="group"
        tabIndex={0}
        aria-label={`${kind.label}${summary ? `: ${summary.slice(0, 60)}` : ""}`}
        data-block={key}
        data-selected={isSelected || undefined}
        data-elsewhere={isElsewhere(node, place) || undefined}
        onClick={(event) => {
          event.stopPropagation();
          if (selected !== key) select(key, { x: event.clientX, y: event.clientY });
        }}
        onFocus={(event) => {
          // The keyboard came by; a pointer chooses when it is let go, where it then is.
          if (event.target === frame.current && selected !== key && event.target.matches(":focus-visible")) select(key);
        }}
        onKeyDown={onKeyDown}
      >
        <Traits node={node} />
        <kind.View node={node} path={path} slot={slot} />
        <BlockIssues node={node} />
      </div>
      {!readOnly && <BlockTools handle={handle} node={node} actions={actions} isSelected={isSelected} label={kind.label} />}
    </li>
  );
}

function holdsKey(node: Node, key: string | undefined): boolean {
  return childrenOf(node).some((child) => keyOf(child) === key || holdsKey(child, key));
}

function isElsewhere(node: Node, place: string): boolean {
  return Array.isArray(node.channels) && place !== "default" && !node.channels.includes(place);
}

/** When, how often and where a block shows. */
function Traits({ node }: { node: Node }) {
  const condition = conditionText(node.if);
  const loop = textOf(node, "loop");
  const channels = Array.isArray(node.channels) ? node.channels.map((name: unknown) => nameOf(String(name))).join(", ") : "";
  if (!condition && !loop && !channels) return null;
  return (
    <Group gap={6} mb={4}>
      {condition && <Trait name="if" value={condition} />}
      {loop && <Trait name="for each" value={loop} />}
      {channels && <Trait name="only" value={channels} />}
    </Group>
  );
}

function Trait({ name, value }: { name: string; value: string }) {
  return (
    <Text span className={classes.trait} truncate>
      <b>{name}</b> {value}
    </Text>
  );
}
