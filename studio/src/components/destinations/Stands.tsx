import { Badge, Tooltip } from "@mantine/core";
import type { Schemas } from "#/api/client";
import { ago } from "#/components/ui/time";

const WORDS = {
  closed: { word: "answers", color: "teal" },
  trying: { word: "trying again", color: "yellow" },
  parked: { word: "left alone", color: "red" },
} as const;

/** Whether a destination answers, and if not, until when it is left alone. */
export function Stands({ standing: { circuit, parked_until, reason, waiting } }: { standing: Schemas["Standing"] }) {
  const { word, color } = WORDS[circuit];
  const until = circuit === "parked" && parked_until ? `tried again ${ago(parked_until)}` : "";
  const said = [reason && `last failure: ${reason}`, until, waiting > 0 && `${waiting} calls wait`].filter(Boolean).join(" · ");
  const badge = (
    <Badge variant="light" color={color} radius="sm" tt="none" fw={600} tabIndex={said ? 0 : undefined}>
      {word}
    </Badge>
  );
  return said ? <Tooltip label={said}>{badge}</Tooltip> : badge;
}
