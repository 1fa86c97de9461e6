import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod";
import { DestinationPage } from "#/components/destinations/DestinationPage";
import { destinationCatalogQuery, destinationQuery } from "#/services/destinations";

const search = z.object({
  tab: z.enum(["delivery", "filters", "settings", "test"]).optional().catch(undefined),
  /** How far the delivery view looks back. */
  hours: z.number().int().min(1).max(336).optional().catch(undefined),
  /** The filter that is being written: its id, or `new`. */
  filter: z.string().optional(),
});

export type DestinationSearch = z.infer<typeof search>;

export const Route = createFileRoute("/destinations/$id")({
  validateSearch: search,
  loader: ({ context: { queryClient }, params: { id } }) =>
    Promise.all([
      queryClient.query({ ...destinationQuery(id), staleTime: "static" }),
      queryClient.query({ ...destinationCatalogQuery, staleTime: "static" }),
    ]),
  component: Destination,
});

function Destination() {
  const { id } = Route.useParams();
  const look = Route.useSearch();
  const navigate = Route.useNavigate();
  return <DestinationPage id={id} look={look} show={(change) => void navigate({ search: (now) => ({ ...now, ...change }), replace: true })} />;
}
