import { SCREENS } from "#/navigation";

export interface Shortcut {
  keys: readonly string[];
  does: string;
}

/** What the key is called that goes with letters to give commands. */
export const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

/** What the keyboard can do everywhere, as `?` lists it. */
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ["mod", "K"], does: "Find a screen or an action" },
  { keys: ["/"], does: "Search in the list" },
  { keys: ["j", "k"], does: "Go from row to row of a list" },
  { keys: ["Esc"], does: "Close a dialog; leave a message, a call or a user" },
  { keys: ["?"], does: "Show this list" },
  ...SCREENS.map(({ key, label }) => ({ keys: ["g", key], does: `Go to ${label}` })),
];

/** Tells whether a key was typed into a field, where it is text. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !/^(radio|checkbox|button|submit|range)$/.test(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName));
}

/**
 * Follows `g` and then a letter. Feed it every key; it gives the letter when the two came within a second.
 * `now` is in ms.
 */
export function goSequence(): (key: string, now: number) => string | undefined {
  let since = -Infinity;
  return (key, now) => {
    const second = now - since < 1000;
    since = key === "g" && !second ? now : -Infinity;
    return second ? key : undefined;
  };
}
