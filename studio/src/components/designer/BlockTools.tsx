import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconBoxMultiple, IconBoxOff, IconCopy, IconDots, IconFolderSymlink, IconGripVertical, IconTrash } from "@tabler/icons-react";
import type { RefObject } from "react";
import { keyOf, type Node } from "#/elemental/node";
import classes from "./Block.module.css";
import { useDesigner } from "./designer";
import type { BlockActions } from "./useBlockActions";

interface Props {
  handle: RefObject<HTMLButtonElement | null>;
  node: Node;
  actions: BlockActions;
  isSelected: boolean;
  label: string;
}

/** Beside a block: what it is dragged by, and what else can be done with it. */
export function BlockTools({ handle, node, actions, isSelected, label }: Props) {
  const { select } = useDesigner();
  return (
    <div className={classes.tools} data-shown={isSelected || undefined}>
      <Tooltip label="Drag to move (Alt ↑ and Alt ↓)" openDelay={500}>
        <ActionIcon ref={handle} className={classes.handle ?? ""} size="sm" variant="subtle" color="gray" tabIndex={-1} aria-label={`Move ${label}`} onClick={() => select(keyOf(node))}>
          <IconGripVertical size={14} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end" withinPortal shadow="md">
        <Menu.Target>
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`${label}: what to do with it`} tabIndex={isSelected ? 0 : -1} onClick={(event) => event.stopPropagation()}>
            <IconDots size={14} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconArrowUp size={14} aria-hidden />} rightSection={<kbd className={classes.keys}>Alt ↑</kbd>} onClick={() => actions.shift(-1)}>
            Move up
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowDown size={14} aria-hidden />} rightSection={<kbd className={classes.keys}>Alt ↓</kbd>} onClick={() => actions.shift(1)}>
            Move down
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={14} aria-hidden />} rightSection={<kbd className={classes.keys}>Ctrl D</kbd>} onClick={actions.duplicate}>
            Duplicate
          </Menu.Item>
          <Menu.Item leftSection={<IconBoxMultiple size={14} aria-hidden />} onClick={actions.wrap}>
            Put in a group
          </Menu.Item>
          {actions.into && (
            <Menu.Item leftSection={<IconFolderSymlink size={14} aria-hidden />} onClick={actions.into}>
              Move into the group above
            </Menu.Item>
          )}
          {actions.unwrap && (
            <Menu.Item leftSection={<IconBoxOff size={14} aria-hidden />} onClick={actions.unwrap}>
              Take out of the {node.type === "columns" ? "columns" : "group"}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconTrash size={14} aria-hidden />} rightSection={<kbd className={classes.keys}>Del</kbd>} onClick={actions.remove}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
