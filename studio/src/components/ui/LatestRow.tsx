import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Ago } from "#/components/ui/Ago";
import { StatusBadge } from "#/components/ui/StatusBadge";
import classes from "./LatestRow.module.css";

interface Props {
  title: string;
  who: string;
  at: number;
  status: string;
  /** Why it ended so. */
  children?: ReactNode;
}

/** One of the latest: what, whose, when, and what became of it. */
export function LatestRow({ title, who, at, status, children }: Props) {
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <Text size="sm" fw={550} truncate>
          {title}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {who} · <Ago at={at} />
        </Text>
        {children}
      </div>
      <Group gap="xs" wrap="nowrap">
        <StatusBadge status={status} />
      </Group>
    </li>
  );
}
