import { Group, Paper, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "./Card.module.css";

interface Props {
  title?: ReactNode;
  /** A word beside the title. */
  aside?: ReactNode;
  children: ReactNode;
}

/** A part of a screen, with a title of its own. */
export function Card({ title, aside, children }: Props) {
  const id = useId();
  return (
    <Paper component="section" className={classes.card ?? ""} withBorder p="md" {...(title ? { "aria-labelledby": id } : {})}>
      {title && (
        <Group justify="space-between" mb="sm" gap="xs">
          <Title order={2} size="h6" id={id}>
            {title}
          </Title>
          {aside && (
            <Text size="sm" c="dimmed" component="div">
              {aside}
            </Text>
          )}
        </Group>
      )}
      {children}
    </Paper>
  );
}
