/** The list with one item moved to another place; the same list when that is no other place of it. */
export function moved<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const item = list[from];
  if (item === undefined || from === to || to < 0 || to >= list.length) return list;
  return [...list.slice(0, from), ...list.slice(from + 1)].toSpliced(to, 0, item);
}

/** Where an item lands that is dropped above or below another: places are counted before it is taken out. */
export function landing(from: number, over: number, below: boolean): number {
  const place = below ? over + 1 : over;
  return from < place ? place - 1 : place;
}
