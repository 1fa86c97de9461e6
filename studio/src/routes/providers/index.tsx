import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod";
import { ProviderList } from "#/components/providers/ProviderList";

/** `add`: the provider that is being added, or `catalog`; `channel`: whose providers the catalogue shows. */
export const Route = createFileRoute("/providers/")({
  validateSearch: z.object({ add: z.string().optional(), channel: z.string().optional() }),
  component: Providers,
});

function Providers() {
  const { add, channel } = Route.useSearch();
  const navigate = Route.useNavigate();
  return <ProviderList adding={add} channel={channel} show={(change) => void navigate({ search: (now) => ({ ...now, ...change }), replace: true })} />;
}
