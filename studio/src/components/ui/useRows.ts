import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";

const ROW_HEIGHT = 44; // pixels, until a row has been measured

/** Tells which rows of a long list are in sight as the page scrolls, and leads the keyboard from row to row. */
export function useRows(count: number) {
  const list = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    if (list.current) setOffset(list.current.getBoundingClientRect().top + window.scrollY);
  }, [count]);

  const rows = useWindowVirtualizer({ count, estimateSize: () => ROW_HEIGHT, overscan: 12, scrollMargin: offset });

  const focus = (index: number) => {
    const find = () => list.current?.querySelector<HTMLElement>(`[data-row="${index}"]`);
    rows.scrollToIndex(index);
    const link = find();
    if (link) link.focus();
    else requestAnimationFrame(() => find()?.focus());
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const at = event.target instanceof HTMLElement ? event.target.dataset.row : undefined;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (at === undefined || step === undefined) return;
    event.preventDefault();
    const to = Number(at) + step;
    if (to >= 0 && to < count) focus(to);
  };

  return { list, offset, items: rows.getVirtualItems(), height: rows.getTotalSize(), measure: rows.measureElement, onKeyDown };
}
