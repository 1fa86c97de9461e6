import { createFileRoute } from "@tanstack/react-router";
import { ApiKeys } from "#/components/apiKeys/ApiKeys";

export const Route = createFileRoute("/settings/keys")({ component: ApiKeys });
