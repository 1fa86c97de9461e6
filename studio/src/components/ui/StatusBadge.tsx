import { Badge } from "@mantine/core";
import { toneOf } from "./status";

/** A status in its own word, in the colour of what it means. */
export function StatusBadge({ status }: { status: string }) {
  return (
    <Badge variant="light" color={toneOf(status)} radius="sm" tt="none" fw={600}>
      {status}
    </Badge>
  );
}
