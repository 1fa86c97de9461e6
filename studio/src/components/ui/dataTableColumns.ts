import type { LinkProps } from "@tanstack/react-router";
import type { CSSProperties, ReactNode } from "react";

/** Where a row leads. */
export type RowLink = Pick<LinkProps, "to" | "params" | "search">;

export interface Column<T> {
  key: string;
  title: string;
  cell: (row: T) => ReactNode;
  /** How wide, as a track of a grid: "8rem", "2fr"; an equal share unless it is said. */
  width?: string;
  /** False leaves the column out on narrow screens. */
  narrow?: boolean;
  align?: "right";
}

/** Writes the columns as tracks of a grid, for wide and for narrow screens. */
export function tracks<T>(columns: readonly Column<T>[]): CSSProperties {
  const all = columns.map(track).join(" ");
  const few = columns.filter(({ narrow = true }) => narrow);
  // React passes custom properties through; its types do not know them.
  return { "--columns": all, "--columns-narrow": few.map(track).join(" ") } as CSSProperties;
}

function track<T>({ width = "1fr" }: Column<T>): string {
  return width.endsWith("fr") ? `minmax(0, ${width})` : width;
}
