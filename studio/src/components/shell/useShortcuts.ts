import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { isOfDialog } from "#/components/ui/keys";
import { SCREENS } from "#/navigation";
import { goSequence, isTyping } from "./shortcuts";

/** Listens to the keyboard everywhere, but where text is typed. */
export function useShortcuts(help: () => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    const go = goSequence();
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isOfDialog(event)) return;
      const letter = go(event.key, event.timeStamp);
      const screen = SCREENS.find(({ key }) => key === letter);
      if (screen) void navigate({ to: screen.to });
      else if (event.key === "?") help();
      else if (event.key === "/") focusSearch(event);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [navigate, help]);
}

function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>("[data-search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}
