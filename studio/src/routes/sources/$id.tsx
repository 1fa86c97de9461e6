import { createFileRoute, notFound } from "@tanstack/react-router";
import { z } from "zod";
import { SourcePage } from "#/components/sources/SourcePage";
import { sourceQuery } from "#/services/sources";

const search = z.object({
  tab: z.enum(["connect", "debugger", "events", "settings"]).optional().catch(undefined),
  /** Of the debugger: words that calls must have, what became of them, and the one that is open. */
  q: z.string().optional(),
  status: z.string().optional(),
  call: z.string().optional(),
  /** The event that is open: `track Order Completed`. */
  event: z.string().optional(),
});

export type SourceSearch = z.infer<typeof search>;

export const Route = createFileRoute("/sources/$id")({
  validateSearch: search,
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
