import { Box, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Page } from "#/components/ui/Page";
import { useMay } from "#/services/may";
import classes from "./Settings.module.css";
import { SETTINGS, type SettingsPart } from "./parts";

interface Props {
  part: SettingsPart["to"];
  actions?: ReactNode;
  children: ReactNode;
}

/** One part of the settings, with the way to the others. */
export function Settings({ part, actions, children }: Props) {
  const { sees } = useMay();
  const current = SETTINGS.find(({ to }) => to === part);
  if (!current) throw new Error(`there is no part ${part}`);
  return (
    <Stack gap="lg">
      <Box component="nav" className={classes.parts} aria-label="Settings">
        {SETTINGS.filter(({ area }) => area === undefined || sees(area)).map(({ to, label }) => (
          <Link key={to} to={to} className={classes.part} activeProps={{ "aria-current": "page" }}>
            {label}
          </Link>
        ))}
      </Box>
      <Page title={current.label} description={current.description} actions={actions}>
        {children}
      </Page>
    </Stack>
  );
}
