import { createFileRoute } from "@tanstack/react-router";
import { PreferencesPage } from "#/components/preferences/PreferencesPage";
import { preferencesSearch } from "#/components/preferences/search";

export const Route = createFileRoute("/preferences")({ validateSearch: preferencesSearch, component: Preferences });

function Preferences() {
  const look = Route.useSearch();
  const navigate = Route.useNavigate();
  return <PreferencesPage look={look} show={(change) => void navigate({ search: (now) => ({ ...now, ...change }), replace: true })} />;
}
