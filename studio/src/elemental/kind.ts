import type { Icon } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import type { Path } from "./editing";
import type { Fields, Node } from "./node";

export interface ViewProps {
  node: Node;
  path: Path;
  /** Draws the blocks that a node holds, which can be edited there. */
  slot: (node: Node, path: Path) => ReactNode;
}

export interface InspectorProps {
  node: Node;
  change: (fields: Fields) => void;
}

/** One type of node: how it begins, how it looks on the canvas, and what can be set. */
export interface Kind {
  type: string;
  label: string;
  /** What it is for, in the menu of blocks. */
  hint: string;
  icon: Icon;
  /** Other words by which people look for it. */
  words?: string;
  /** Entries of the menu of blocks, when there is not exactly one. */
  starts?: readonly Start[];
  make: () => Node;
  View: ComponentType<ViewProps>;
  Inspector: ComponentType<InspectorProps>;
  /** What it says, in a line. */
  summary: (node: Node) => string;
  /** It holds blocks. */
  holds?: boolean;
}

/** One entry of the menu of blocks. */
export interface Start {
  label: string;
  hint: string;
  icon: Icon;
  words?: string;
  make: () => Node;
}
