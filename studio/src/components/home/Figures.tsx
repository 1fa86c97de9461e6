import { SimpleGrid, Skeleton, Text } from "@mantine/core";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import type { Insights } from "#/services/insights";
import type { ReactNode } from "react";
import { total } from "./series";

/** The few numbers that tell how it goes. */
export function Figures({ insights }: { insights: Insights | undefined }) {
  const queue = insights?.queue;
  const failures = insights && total(insights.failures.filter((line) => line.of === "message"));
  return (
    <SimpleGrid cols={{ base: 2, md: 5 }} spacing="md">
      <Figure word="Calls" value={insights && total(insights.calls)} />
      <Figure word="Sent" value={insights && total(insights.messages, "SENT", "SIMULATED")} note={insights && delivered(insights)} />
      <Figure word="Failed" value={failures} bad={Boolean(failures)} />
      <Figure
        word="Waiting to be sent"
        value={queue?.waiting}
        more={queue && !queue.is_all}
        note={queue?.oldest_due ? <Late since={queue.oldest_due} /> : queue && "none is late"}
      />
      <Figure word="Waiting to be applied" value={queue?.unapplied} note={queue && "requests, of all environments"} />
    </SimpleGrid>
  );
}

function Late({ since }: { since: number }) {
  return (
    <>
      oldest was due <Ago at={since} />
    </>
  );
}

function delivered({ messages }: Insights): string {
  const count = total(messages, "DELIVERED");
  return count ? `${count.toLocaleString("en")} are known to be delivered` : "none is known to be delivered";
}

interface Props {
  word: string;
  value: number | undefined;
  /** Whether there are more than were counted. */
  more?: boolean | undefined;
  note?: ReactNode;
  bad?: boolean;
}

function Figure({ word, value, more = false, note, bad = false }: Props) {
  return (
    <Card>
      <Text size="sm" c="dimmed">
        {word}
      </Text>
      {value === undefined ? (
        <Skeleton height={30} width="50%" mt={6} />
      ) : (
        <Text fz={28} fw={650} lh={1.3} lts="-0.02em" {...(bad ? { c: "var(--mantine-color-error)" } : {})}>
          {value.toLocaleString("en")}
          {more && "+"}
        </Text>
      )}
      <Text size="xs" c="dimmed" component="div" mih="1.2em">
        {note}
      </Text>
    </Card>
  );
}
