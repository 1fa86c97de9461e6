import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod";
import { DestinationList } from "#/components/destinations/DestinationList";

/** `add`: the kind that is being added, or `catalog`. */
export const Route = createFileRoute("/destinations/")({
  validateSearch: z.object({ add: z.string().optional() }),
  component: Destinations,
});

function Destinations() {
  const { add } = Route.useSearch();
  const navigate = Route.useNavigate();
  return <DestinationList adding={add} add={(kind) => void navigate({ search: (now) => ({ ...now, add: kind }), replace: true })} />;
}
