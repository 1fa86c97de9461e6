import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod";
import { PreferencesPage } from "#/components/preferences/PreferencesPage";

const search = z.object({
  tab: z.enum(["topics", "page", "rules"]).optional().catch(undefined),
  /** The section that is written, or that of the topic that is; `new` for a new one. */
  section: z.string().optional(),
  /** The topic that is written, or `new`. */
  topic: z.string().optional(),
});

export type PreferencesSearch = z.infer<typeof search>;

export const Route = createFileRoute("/preferences")({ validateSearch: search, component: Preferences });

function Preferences() {
  const look = Route.useSearch();
  const navigate = Route.useNavigate();
  return <PreferencesPage look={look} show={(change) => void navigate({ search: (now) => ({ ...now, ...change }), replace: true })} />;
}
