import { Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Ago } from "#/components/ui/Ago";
import { StatusBadge } from "#/components/ui/StatusBadge";
import type { RowLink } from "./dataTableColumns";
import classes from "./LatestRow.module.css";

interface Props {
  title: string;
  /** Where the row leads. */
  link: RowLink;
  /** Whose it is; links in it stay links of their own. */
  who: ReactNode;
  at: number;
  status: string;
  /** Why it ended so. */
  children?: ReactNode;
}

/** One of the latest: what, whose, when, and what became of it. */
export function LatestRow({ title, link, who, at, status, children }: Props) {
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <Text size="sm" fw={550} truncate>
          <Link {...link} className={classes.link}>
            {title}
          </Link>
        </Text>
        <Text size="xs" c="dimmed" truncate>
          <Ago at={at} /> · {who}
        </Text>
        {children}
      </div>
      <Group gap="xs" wrap="nowrap">
        <StatusBadge status={status} />
      </Group>
    </li>
  );
}
