import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { isOfDialog, isTyping } from "./keys";

const ROW_HEIGHT = 44; // pixels, until a row has been measured

/** Tells which rows of a long list are in sight as the page scrolls, and leads the keyboard from row to row. */
export function useRows(keys: readonly string[]) {
  const list = useRef<HTMLDivElement>(null);
  const wanted = useRef<number | undefined>(undefined);
  const [offset, setOffset] = useState(0);
  const count = keys.length;
  const isEmpty = count === 0;

  useLayoutEffect(() => {
    const place = () => list.current && setOffset(list.current.getBoundingClientRect().top + window.scrollY);
    place();
    const observer = new ResizeObserver(place); // what stands above may grow
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [isEmpty]);

  const rows = useWindowVirtualizer({
    count,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollMargin: offset,
    getItemKey: (index) => keys[index] ?? index, // rows keep their height when others come above them
  });

  const find = (index: number) => list.current?.querySelector<HTMLElement>(`[data-row="${index}"]`);
  useLayoutEffect(() => {
    const row = wanted.current === undefined ? null : find(wanted.current);
    if (!row) return; // it is drawn when the page has scrolled to it
    wanted.current = undefined;
    row.focus({ preventScroll: true });
  });

  const go = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isOfDialog(event)) return;
    const at = list.current?.contains(document.activeElement) && document.activeElement instanceof HTMLElement ? document.activeElement.dataset.row : undefined;
    const to = target(event.key, at === undefined ? undefined : Number(at), count);
    if (to === undefined) return;
    event.preventDefault();
    const row = find(to);
    if (!row) wanted.current = to;
    rows.scrollToIndex(to);
    row?.focus({ preventScroll: true });
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => go(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);

  return { list, offset, items: rows.getVirtualItems(), height: rows.getTotalSize(), measure: rows.measureElement };
}

/** Where a key leads; undefined for keys that lead nowhere. `j` and `k` work from anywhere, the others within the list. */
function target(key: string, at: number | undefined, count: number): number | undefined {
  if (count === 0) return undefined;
  if (at === undefined) return key === "j" || key === "k" ? 0 : undefined;
  const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: count - 1 }[key];
  return to === undefined ? undefined : Math.min(Math.max(to, 0), count - 1);
}
