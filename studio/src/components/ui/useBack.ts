import { useCanGoBack, useNavigate, useRouter, type LinkProps } from "@tanstack/react-router";
import { useEffect, useEffectEvent } from "react";
import { isOfDialog, isTyping } from "./keys";

/** Makes Escape go back to where one came from; to a list when the page was opened by its address. */
export function useBack(to: NonNullable<LinkProps["to"]>): void {
  const router = useRouter();
  const navigate = useNavigate();
  const canGoBack = useCanGoBack();
  const back = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || isTyping(event.target) || isOfDialog(event)) return;
    if (canGoBack) router.history.back();
    else void navigate({ to });
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => back(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}
