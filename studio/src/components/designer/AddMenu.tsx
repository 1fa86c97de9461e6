import { Modal, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { insert, pathOf, remove } from "#/elemental/editing";
import { childrenOf, keyOf, type Node } from "#/elemental/node";
import type { Start } from "#/elemental/kind";
import { STARTS } from "#/elemental/registry";
import classes from "./AddMenu.module.css";
import { type Adding, useDesigner } from "./designer";

/** The blocks there are, found by their words: opened by `/` and by the buttons that add. */
export function AddMenu() {
  const { adding, add, selected } = useDesigner();
  const close = () => {
    const key = adding?.instead ?? selected;
    add(undefined);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-block="${key}"]`)?.focus());
  };
  return (
    <Modal opened={adding !== undefined} onClose={close} title="Add a block" size="lg" returnFocus={false}>
      {adding && <Choice adding={adding} />}
    </Modal>
  );
}

function Choice({ adding }: { adding: Adding }) {
  const { add, edit, say } = useDesigner();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const found = search(typed);
  const grid = useRef<HTMLDivElement>(null);

  const take = (start: Start) => {
    const node = start.make();
    edit(
      (document) => {
        const replaced = adding.instead ? pathOf(document, adding.instead) : undefined;
        return replaced ? insert(remove(document, replaced), replaced, node) : insert(document, adding.path, node);
      },
      "",
      { key: keyOf(firstWords(node)), caret: "end" },
    );
    add(undefined);
    say(`${start.label} added`);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = grid.current ? getComputedStyle(grid.current).gridTemplateColumns.split(" ").length : 1;
    const step = { ArrowDown: row, ArrowUp: -row, ...(typed === "" && { ArrowRight: 1, ArrowLeft: -1 }) }[event.key];
    const chosen = found[at];
    if (step) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(found.length - 1, at + step)));
    } else if (event.key === "Enter" && chosen) {
      event.preventDefault();
      take(chosen);
    }
  };

  return (
    <>
      <TextInput
        data-autofocus
        aria-label="Find a block"
        placeholder="Find a block"
        leftSection={<IconSearch size={16} aria-hidden />}
        role="combobox"
        aria-expanded
        aria-controls="blocks-to-add"
        aria-activedescendant={found[at] ? `block-to-add-${at}` : undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={grid} id="blocks-to-add" role="listbox" aria-label="Blocks" className={classes.grid}>
        {found.map((start, index) => (
          <UnstyledButton key={start.label} id={`block-to-add-${index}`} role="option" tabIndex={-1} aria-selected={index === at} className={classes.start} onMouseMove={() => setAt(index)} onClick={() => take(start)}>
            <start.icon size={20} stroke={1.6} aria-hidden />
            <span>
              <Text span size="sm" fw={500} display="block">
                {start.label}
              </Text>
              <Text span size="xs" c="dimmed" display="block">
                {start.hint}
              </Text>
            </span>
          </UnstyledButton>
        ))}
      </div>
      {!found.length && (
        <Text size="sm" c="dimmed" py="md">
          No block is called that
        </Text>
      )}
    </>
  );
}

function search(typed: string): readonly Start[] {
  const wanted = typed.trim().toLowerCase();
  return STARTS.filter((start) => `${start.label} ${start.words ?? ""} ${start.hint}`.toLowerCase().includes(wanted));
}

/** Where writing goes on in a new block: in a list, its first item. */
function firstWords(node: Node): Node {
  return node.type === "list" ? (childrenOf(node)[0] ?? node) : node;
}
