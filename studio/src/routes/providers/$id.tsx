import { createFileRoute } from "@tanstack/react-router";
import { ProviderPage } from "#/components/providers/ProviderPage";
import { providerCatalogQuery, providerQuery } from "#/services/providers";

export const Route = createFileRoute("/providers/$id")({
  loader: ({ context: { queryClient }, params: { id } }) =>
    Promise.all([queryClient.query({ ...providerQuery(id), staleTime: "static" }), queryClient.query({ ...providerCatalogQuery, staleTime: "static" })]),
  component: Provider,
});

function Provider() {
  const { id } = Route.useParams();
  return <ProviderPage key={id} id={id} />;
}
