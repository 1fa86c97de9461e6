import { Button, Center, Loader, Text } from "@mantine/core";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import { barrenOf, type Listing } from "#/services/keyset";
import { Failure } from "./Failure";
import { Loading } from "./Loading";
import classes from "./DataTable.module.css";
import { Row } from "./DataTableRow";
import type { Column, RowLink } from "./dataTableColumns";
import { tracks } from "./dataTableColumns";
import { useRows } from "./useRows";

const AHEAD = 20; // rows before the end, when the next page is read
const BARREN_MAX = 15; // pages in a row that held nothing, after which it is asked whether to go on

export type { Column, RowLink } from "./dataTableColumns";

interface Props<T> {
  /** What is listed, for those who cannot see it: "Messages". */
  label: string;
  columns: readonly Column<T>[];
  query: UseInfiniteQueryResult<InfiniteData<Listing<T>>>;
  rowKey: (row: T) => string;
  /** Where a row leads; its first column becomes the link, and covers the row. Every row has one, or none has. */
  link?: (row: T) => RowLink;
  /** What is shown in the place of an empty list. */
  empty: ReactNode;
}

/**
 * A list of any length: pages are read as one scrolls, and only rows in sight are drawn.
 * j, k and the arrow keys go from row to row, Enter opens one.
 */
export function DataTable<T>({ label, columns, query, rowKey, link, empty }: Props<T>) {
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.results) ?? [], [query.data]);
  const keys = useMemo(() => rows.map(rowKey), [rows, rowKey]);
  const { list, items, height, measure, offset } = useRows(keys);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;

  const barren = barrenOf(query.data?.pages ?? []);
  const last = items.at(-1)?.index ?? 0;
  const wantsMore = last >= rows.length - AHEAD && barren < BARREN_MAX;
  useEffect(() => {
    if (wantsMore && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [wantsMore, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  if (query.isPending) return <Loading />;
  if (query.isError && rows.length === 0) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (rows.length === 0 && !hasNextPage) return empty;

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
        <div role="rowgroup" ref={list} className={classes.body} style={{ height }}>
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
            {barren > 0 ? "Look further back" : "Load more"}
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
