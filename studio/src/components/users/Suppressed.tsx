import { Text } from "@mantine/core";
import { Ago } from "#/components/ui/Ago";
import type { Schemas } from "#/api/client";

const WHO: Record<Schemas["SuppressionAnswer"]["kind"], string> = {
  bounce: "Mail to them came back",
  complaint: "They complained",
  unsubscribe: "They unsubscribed from everything",
  manual: "Somebody here decided so",
  privacy: "They asked not to be known: a regulation holds, and new calls of theirs are refused too",
};

/** Why a user gets nothing more, and since when. */
export function Suppressed({ suppression: { kind, detail, created } }: { suppression: Schemas["SuppressionAnswer"] }) {
  return (
    <Text size="sm">
      {`${WHO[kind]}${detail ? `: ${detail}` : ""}, `}
      <Ago at={created} />
      {"."}
    </Text>
  );
}
