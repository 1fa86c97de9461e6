import { createFileRoute } from "@tanstack/react-router";
import { Retention } from "#/components/retention/Retention";

export const Route = createFileRoute("/settings/retention")({ component: Retention });
