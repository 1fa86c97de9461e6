import { Button, Center, Loader, Text } from "@mantine/core";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import type { Listing } from "#/services/keyset";
import { Failure } from "./Failure";
import { Loading } from "./Loading";
import classes from "./DataTable.module.css";
import { Row } from "./DataTableRow";
import type { Column, RowLink } from "./dataTableColumns";
import { tracks } from "./dataTableColumns";
import { useRows } from "./useRows";

export type { Column, RowLink } from "./dataTableColumns";

interface Props<T> {
  /** What is listed, for those who cannot see it: "Messages". */
  label: string;
  columns: readonly Column<T>[];
  query: UseInfiniteQueryResult<InfiniteData<Listing<T>>>;
  rowKey: (row: T) => string;
  /** Where a row leads; its first column becomes the link, and covers the row. */
  link?: (row: T) => RowLink;
  /** What is shown in the place of an empty list. */
  empty: ReactNode;
}

/**
 * A list of any length: pages are read as one scrolls, and only rows in sight are drawn.
 * Arrow keys go from row to row, Enter opens one.
 */
export function DataTable<T>({ label, columns, query, rowKey, link, empty }: Props<T>) {
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.results) ?? [], [query.data]);
  const { list, items, height, measure, onKeyDown, offset } = useRows(rows.length);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;

  const last = items.at(-1)?.index ?? 0;
  const atEnd = rows.length > 0 && last >= rows.length - 1;
  useEffect(() => {
    if (atEnd && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [atEnd, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  if (query.isPending) return <Loading />;
  if (query.isError && rows.length === 0) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (rows.length === 0) return empty;

  return (
    <div className={classes.frame}>
      <div role="table" aria-label={label} aria-rowcount={hasNextPage ? -1 : rows.length + 1} style={tracks(columns)}>
        <div role="rowgroup">
          <div role="row" className={classes.head} aria-rowindex={1}>
            {columns.map(({ key, title, narrow = true, align }) => (
              <div key={key} role="columnheader" data-narrow={narrow} data-align={align}>
                {title}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" ref={list} className={classes.body} style={{ height }} onKeyDown={onKeyDown}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            return (
              row !== undefined && (
                <Row key={rowKey(row)} row={row} index={index} top={start - offset} columns={columns} link={link?.(row)} measure={measure} />
              )
            );
          })}
        </div>
      </div>
      <Center p="sm" mih={44} role="status">
        {isFetchingNextPage ? (
          <Loader size="xs" aria-label="Loading more" />
        ) : isFetchNextPageError ? (
          <Failure error={query.error} title="The next rows could not be read" retry={() => void fetchNextPage()} />
        ) : hasNextPage ? (
          <Button variant="subtle" size="xs" onClick={() => void fetchNextPage()}>
            Load more
          </Button>
        ) : (
          <Text size="xs" c="dimmed">
            {rows.length === 1 ? "That is all: one" : `That is all: ${rows.length.toLocaleString("en")}`}
          </Text>
        )}
      </Center>
    </div>
  );
}
