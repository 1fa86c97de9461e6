import { createFileRoute } from "@tanstack/react-router";
import { Team } from "#/components/team/Team";

export const Route = createFileRoute("/settings/team")({ component: Team });
