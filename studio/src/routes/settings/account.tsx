import { createFileRoute } from "@tanstack/react-router";
import { OwnAccount } from "#/components/account/OwnAccount";

export const Route = createFileRoute("/settings/account")({ component: OwnAccount });
