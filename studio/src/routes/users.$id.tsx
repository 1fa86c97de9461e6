import { createFileRoute } from "@tanstack/react-router";
import { userSearch } from "#/components/users/search";
import { UserPage } from "#/components/users/UserPage";

export const Route = createFileRoute("/users/$id")({ validateSearch: userSearch, component: User });

function User() {
  const { id } = Route.useParams();
  const search = userSearch.parse(Route.useSearch()); // without what the address says of other things
  const navigate = Route.useNavigate();
  return <UserPage key={id} id={id} search={search} show={(wanted) => void navigate({ search: wanted, replace: true, resetScroll: false })} />;
}
