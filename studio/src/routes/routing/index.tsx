import { createFileRoute } from "@tanstack/react-router";
import { StrategyList } from "#/components/routing/StrategyList";

export const Route = createFileRoute("/routing/")({ component: StrategyList });
