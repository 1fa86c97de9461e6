import { type InfiniteData, type QueryKey, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useMemo } from "react";
import type { Listing } from "./keyset";

export interface Row {
  id: string;
}

type Pages<T> = InfiniteData<Listing<T>>;

const EVERY_MS = 4000;

interface Watched<T> {
  pages: Pages<T> | undefined;
  /** The key of the list. */
  queryKey: QueryKey;
  /** Reads the newest rows. */
  read: (signal: AbortSignal) => Promise<Listing<T>>;
  /** Whether whoever looks is at the top, so that new rows may simply come. */
  atTop: boolean;
  /** When a row came, in ms: rows are sorted by it and their id, newest first. */
  at: (row: T) => number;
}

/** Keeps a list fresh while it can be seen: rows change in place, and new ones come, or wait to be asked for. */
export function useLive<T extends Row>({ pages, queryKey, read, atTop, at }: Watched<T>) {
  const client = useQueryClient();
  const { data: head } = useQuery({
    queryKey: [...queryKey, "head"],
    queryFn: ({ signal }) => read(signal),
    refetchInterval: EVERY_MS,
    enabled: pages !== undefined,
    staleTime: 0,
  });
  const rows = useMemo(() => pages?.pages.flatMap((page) => page.results) ?? [], [pages]);
  const waiting = useMemo(() => (head ? unknownOf(rows, head.results).length : 0), [rows, head]);

  const take = (all: boolean) => {
    if (head) client.setQueryData<Pages<T>>(queryKey, (shown) => shown && (all ? taken(shown, head, at) : changed(shown, head)));
  };
  const follow = useEffectEvent(() => take(atTop));
  useEffect(() => {
    if (head) follow();
  }, [head, atTop]);

  return { rows, waiting, show: () => take(true) };
}

function unknownOf<T extends Row>(rows: readonly T[], head: readonly T[]): T[] {
  const known = new Set(rows.map((row) => row.id));
  return head.filter((row) => !known.has(row.id));
}

/** Puts rows that are shown already as they stand now; no row comes or goes. */
export function changed<T extends Row>(shown: Pages<T>, head: Listing<T>): Pages<T> {
  const now = new Map(head.results.map((row) => [row.id, row]));
  return { ...shown, pages: shown.pages.map((page) => ({ ...page, results: page.results.map((row) => now.get(row.id) ?? row) })) };
}

/** Puts the newest rows on top. When so many came that some between are missing, the list begins anew with them. */
export function taken<T extends Row>(shown: Pages<T>, head: Listing<T>, at: (row: T) => number): Pages<T> {
  const last = head.results.at(-1);
  const isAll = !head.paging.more;
  if (!last && !isAll) return shown; // so many rows were looked at, and none was found: nothing is known of older ones
  const older = shown.pages.map((page) => ({
    ...page,
    results: isAll || !last ? [] : page.results.filter((row) => at(row) < at(last) || (at(row) === at(last) && row.id < last.id)),
  }));
  const [first, ...rest] = older;
  const knows = new Set(head.results.map((row) => row.id));
  const meets = shown.pages.some((page) => page.results.some((row) => knows.has(row.id)));
  if (!first || isAll || !meets) return { pages: [head], pageParams: shown.pageParams.slice(0, 1) };
  return { ...shown, pages: [{ ...first, results: [...head.results, ...first.results] }, ...rest] };
}
