import { SuppressionList } from "#/components/suppressions/SuppressionList";
import { Page } from "#/components/ui/Page";
import { Views } from "#/components/ui/Views";
import { PageEditor } from "./PageEditor";
import { Rules } from "./Rules";
import type { PreferencesSearch } from "./search";
import { Topics } from "./Topics";

const VIEWS = { topics: "Topics", page: "Preference page", rules: "Sending rules", suppressions: "Suppression list" };

interface Props {
  look: PreferencesSearch;
  show: (change: Partial<PreferencesSearch>) => void;
}

/** What recipients may choose, where they choose it, and when and how much this environment sends at all. */
export function PreferencesPage({ look, show }: Props) {
  const view = look.tab ?? "topics";
  return (
    <Page title="Preferences" description="What recipients may choose, the page where they choose it, when and how much is sent at all, and to whom nothing more.">
      <Views label="Parts of preferences" views={VIEWS} current={view} show={(tab) => show({ tab })}>
        {view === "topics" && <Topics look={look} show={show} />}
        {view === "page" && <PageEditor />}
        {view === "rules" && <Rules />}
        {view === "suppressions" && <SuppressionList />}
      </Views>
    </Page>
  );
}
