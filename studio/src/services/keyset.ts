import { infiniteQueryOptions, type QueryKey } from "@tanstack/react-query";

/** One page of a list, as the API gives every list. */
export interface Listing<T> {
  paging: { more: boolean; cursor?: string | null };
  results: T[];
}

/**
 * A list that is read page by page, each where the one before ended.
 * `read` asks for the page at a cursor; without one, for the first.
 */
export function keysetQuery<T>(
  queryKey: QueryKey,
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<Listing<T>>,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined, // the first page has no cursor
    getNextPageParam: next,
  });
}

/** Where a list goes on; undefined when this was all. */
export function next({ paging }: Pick<Listing<unknown>, "paging">): string | undefined {
  return paging.more ? (paging.cursor ?? undefined) : undefined;
}

/** How many pages in a row, up to the last, held nothing: so much was looked through in vain. */
export function barrenOf(pages: readonly Listing<unknown>[]): number {
  const last = pages.findLastIndex((page) => page.results.length > 0);
  return pages.length - 1 - last;
}
