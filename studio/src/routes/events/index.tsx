import { createFileRoute } from "@tanstack/react-router";
import { EventNames } from "#/components/events/EventNames";
import { namesSearch } from "#/components/events/search";

export const Route = createFileRoute("/events/")({ validateSearch: namesSearch, component: Names });

function Names() {
  const search = namesSearch.parse(Route.useSearch()); // without what the address says of other things
  const navigate = Route.useNavigate();
  return <EventNames search={search} show={(wanted) => void navigate({ search: wanted, replace: true })} />;
}
