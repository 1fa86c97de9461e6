import { Badge } from "@mantine/core";
import type { Provider } from "#/services/providers";

/** Whether an account is asked at all, and whether it answers, in a word. */
export function ProviderState({ provider: { enabled, health } }: { provider: Provider }) {
  const [word, color] = !enabled ? ["off", "gray"] : health.circuit === "parked" ? ["left alone", "red"] : health.circuit === "trying" ? ["tried again", "yellow"] : health.attempts ? ["answers", "teal"] : ["not asked", "gray"];
  return (
    <Badge variant="light" radius="sm" tt="none" color={color}>
      {word}
    </Badge>
  );
}
