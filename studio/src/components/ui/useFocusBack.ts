import { useLayoutEffect } from "react";

/**
 * Gives the focus back to what had it before a dialog opened, also when the dialog does not close but is gone: those that
 * are drawn only while they are open.
 */
export function useFocusBack(opened = true): void {
  useLayoutEffect(() => {
    const before = document.activeElement;
    if (!opened || !(before instanceof HTMLElement)) return undefined;
    return () => {
      setTimeout(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body;
        if (isLost && before.isConnected) before.focus({ preventScroll: true });
      }); // when the dialog is gone
    };
  }, [opened]);
}
