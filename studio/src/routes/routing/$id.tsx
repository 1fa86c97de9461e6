import { createFileRoute } from "@tanstack/react-router";
import { StrategyPage } from "#/components/routing/StrategyPage";
import { providerCatalogQuery } from "#/services/providers";
import { strategyQuery } from "#/services/routingStrategies";

/** A strategy; `new` for one that is made. */
export const Route = createFileRoute("/routing/$id")({
  loader: ({ context: { queryClient }, params: { id } }) =>
    Promise.all([queryClient.query({ ...providerCatalogQuery, staleTime: "static" }), id === "new" ? undefined : queryClient.query({ ...strategyQuery(id), staleTime: "static" })]),
  component: Strategy,
});

function Strategy() {
  const { id } = Route.useParams();
  return <StrategyPage key={id} id={id === "new" ? undefined : id} />;
}
