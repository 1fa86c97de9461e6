import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod";
import { UserSearch } from "#/components/users/UserSearch";

const search = z.object({
  /** How the user begins that is looked for. */
  begins: z.union([z.string(), z.number()]).transform(String).optional().catch(undefined),
});

export const Route = createFileRoute("/users/")({ validateSearch: search, component: Users });

function Users() {
  const { begins = "" } = Route.useSearch();
  const navigate = Route.useNavigate();
  return <UserSearch begins={begins} find={(wanted) => void navigate({ search: { begins: wanted || undefined }, replace: true })} />;
}
