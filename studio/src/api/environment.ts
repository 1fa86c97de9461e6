/**
 * The environment that this page is about. It stands in the address (`?environment=test`; without it, the first), and
 * never changes while the page lives: another one is another page load, so nothing of one can be shown in the other.
 */
let current = "";

export function environment(): string {
  return current;
}

/** Chooses once, when the session says which environments there are. Gives false when there is none of that name. */
export function chooseEnvironment(names: readonly string[], asked: string | undefined): boolean {
  const found = asked === undefined ? names[0] : names.find((name) => name === asked);
  current = found ?? "";
  return found !== undefined;
}

/** The address of Home in another environment; the first one's has no need to name it. */
export function addressOf(name: string, names: readonly string[]): string {
  return name === names[0] ? "/studio/" : `/studio/?environment=${encodeURIComponent(name)}`;
}
