const EVERY_MS = 5000;

interface Pages {
  state: { data: { pages: readonly unknown[] } | undefined };
}

/** Reads a list again every few seconds, as long as only its first page is shown: later ones would move under the reader. */
export function refetchInterval({ state: { data } }: Pages): number | false {
  return (data?.pages.length ?? 0) <= 1 ? EVERY_MS : false;
}
