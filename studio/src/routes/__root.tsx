import { type QueryClient, useQuery } from "@tanstack/react-query";
import { createRootRouteWithContext, Outlet, retainSearchParams, useMatches } from "@tanstack/react-router";
import { z } from "zod";
import { chooseEnvironment } from "#/api/environment";
import { SignIn } from "#/components/account/SignIn";
import { Shell } from "#/components/shell/Shell";
import { UnknownEnvironment } from "#/components/shell/UnknownEnvironment";
import { sessionQuery } from "#/services/session";

const search = z.object({
  environment: z.string().optional(),
  /** `used` when a link was opened that had been used before. */
  link: z.string().optional(),
  /** Why the identity provider's word did not open Studio. */
  refused: z.string().optional(),
});

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  validateSearch: search,
  search: { middlewares: [retainSearchParams(["environment"])] },
  beforeLoad: async ({ context, search: { environment } }) => {
    const session = await context.queryClient.query({ ...sessionQuery, staleTime: "static" });
    const names = session?.environments.map((each) => each.name) ?? [];
    return { known: chooseEnvironment(names, environment) };
  },
  component: Root,
});

function Root() {
  const { data: session } = useQuery(sessionQuery);
  const { environment, link, refused } = Route.useSearch();
  const { known } = Route.useRouteContext();
  const open = useMatches({ select: (matches) => matches.some(({ staticData }) => staticData.open) });
  if (open) return <Outlet />;
  if (!session) return <SignIn used={link === "used"} refused={refused} />;
  if (!known) return <UnknownEnvironment asked={environment ?? ""} session={session} />;
  return (
    <Shell session={session}>
      <Outlet />
    </Shell>
  );
}
