import { createFileRoute } from "@tanstack/react-router";
import { Webhooks } from "#/components/webhooks/Webhooks";

export const Route = createFileRoute("/settings/webhooks")({ component: Webhooks });
