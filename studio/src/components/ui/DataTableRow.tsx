import { Link } from "@tanstack/react-router";
import classes from "./DataTable.module.css";
import type { Column, RowLink } from "./dataTableColumns";

interface Props<T> {
  row: T;
  index: number;
  /** Below the list's beginning, in pixels. */
  top: number;
  columns: readonly Column<T>[];
  link: RowLink | undefined;
  measure: (element: Element | null) => void;
}

/** A row, at its place in the list. */
export function Row<T>({ row, index, top, columns, link, measure }: Props<T>) {
  return (
    <div
      role="row"
      className={classes.row}
      aria-rowindex={index + 2}
      data-index={index}
      data-link={link !== undefined || undefined}
      ref={measure}
      style={{ transform: `translateY(${top}px)` }}
    >
      {columns.map(({ key, cell, narrow = true, align }, position) => (
        <div key={key} role="cell" data-narrow={narrow} data-align={align}>
          {position === 0 && link ? (
            <Link {...link} className={classes.link} data-row={index}>
              {cell(row)}
            </Link>
          ) : (
            cell(row)
          )}
        </div>
      ))}
    </div>
  );
}
