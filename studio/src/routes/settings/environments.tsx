import { createFileRoute } from "@tanstack/react-router";
import { Environments } from "#/components/environments/Environments";

export const Route = createFileRoute("/settings/environments")({ component: Environments });
