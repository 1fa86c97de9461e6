/** Tells whether a key was typed into a field, where it is text. */
export { isTyping } from "#/components/shell/shortcuts";

const DIALOG = '[role="dialog"], [role="menu"]';

/** Tells whether a key is a dialog's or a menu's, which have keys of their own; also when it has just closed by it. */
export function isOfDialog({ target }: KeyboardEvent): boolean {
  return document.querySelector(DIALOG) !== null || (target instanceof Element && target.closest(DIALOG) !== null);
}
