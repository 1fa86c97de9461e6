import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod";
import { Home } from "#/components/home/Home";
import { PERIODS } from "#/services/insights";

const search = z.object({ period: z.enum(PERIODS).optional().catch(undefined) });

export const Route = createFileRoute("/")({ validateSearch: search, component: Index });

function Index() {
  const { period = "day" } = Route.useSearch();
  const navigate = Route.useNavigate();
  return <Home period={period} setPeriod={(next) => void navigate({ search: (old) => ({ ...old, period: next }), replace: true })} />;
}
