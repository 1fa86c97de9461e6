import { createFileRoute, notFound } from "@tanstack/react-router";
import { SourcePage } from "#/components/sources/SourcePage";
import { sourceSearch } from "#/components/sources/search";
import { sourceQuery } from "#/services/sources";

export const Route = createFileRoute("/sources/$id")({
  validateSearch: sourceSearch,
  loader: ({ context, params: { id } }) => {
    if (!/^\d{1,12}$/.test(id)) throw notFound();
    return context.queryClient.query({ ...sourceQuery(Number(id)), staleTime: "static" });
  },
  component: Source,
});

function Source() {
  const { id } = Route.useParams();
  const look = Route.useSearch();
  const navigate = Route.useNavigate();
  return <SourcePage id={Number(id)} look={look} show={(change) => void navigate({ search: (now) => ({ ...now, ...change }), replace: true })} />;
}
