import { createFileRoute } from "@tanstack/react-router";
import { EventLog } from "#/components/events/EventLog";
import { logSearch } from "#/components/events/search";

export const Route = createFileRoute("/events/log/")({ validateSearch: logSearch, component: Log });

function Log() {
  const search = logSearch.parse(Route.useSearch()); // without what the address says of other things
  const navigate = Route.useNavigate();
  return <EventLog search={search} show={(wanted) => void navigate({ search: wanted, replace: true })} />;
}
