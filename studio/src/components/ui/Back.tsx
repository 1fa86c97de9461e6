import { Anchor } from "@mantine/core";
import { IconChevronLeft } from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import classes from "./Back.module.css";

/** From one thing back to the list of all of its kind. */
export function Back({ to, children }: { to: NonNullable<LinkProps["to"]>; children: string }) {
  return (
    <Anchor component={Link} to={to} size="sm" className={classes.back ?? ""}>
      <IconChevronLeft size={14} aria-hidden />
      {children}
    </Anchor>
  );
}
