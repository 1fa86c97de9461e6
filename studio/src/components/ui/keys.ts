/** Tells whether a key was typed into a field, where it is text. */
export { isTyping } from "#/components/shell/shortcuts";

/** Tells whether a dialog or a menu is open, which has its own keys. */
export function isOpenDialog(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]') !== null;
}
