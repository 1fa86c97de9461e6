import { createFileRoute } from "@tanstack/react-router";
import { DestinationPage } from "#/components/destinations/DestinationPage";
import { destinationSearch } from "#/components/destinations/search";
import { destinationCatalogQuery, destinationQuery } from "#/services/destinations";

export const Route = createFileRoute("/destinations/$id")({
  validateSearch: destinationSearch,
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
