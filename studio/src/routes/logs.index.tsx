import { createFileRoute } from "@tanstack/react-router";
import { MessageLog } from "#/components/messages/MessageLog";
import { messageSearch } from "#/components/messages/search";

export const Route = createFileRoute("/logs/")({ validateSearch: messageSearch, component: Logs });

function Logs() {
  const search = messageSearch.parse(Route.useSearch()); // without what the address says of other things
  const navigate = Route.useNavigate();
  return <MessageLog search={search} show={(wanted) => void navigate({ search: wanted })} />;
}
