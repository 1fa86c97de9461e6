import { Button, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";

/** The two ways to look at events: their names, and the calls one by one. */
export function EventTabs({ at }: { at: "names" | "log" }) {
  return (
    <Group component="nav" aria-label="Events" gap="xs">
      <Button component={Link} to="/events" variant={at === "names" ? "light" : "subtle"} {...(at === "names" ? { "aria-current": "page" as const } : {})}>
        Names
      </Button>
      <Button component={Link} to="/events/log" variant={at === "log" ? "light" : "subtle"} {...(at === "log" ? { "aria-current": "page" as const } : {})}>
        Log
      </Button>
    </Group>
  );
}
