import { Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Back } from "#/components/ui/Back";
import { words } from "#/components/ui/Failure";
import { Page } from "#/components/ui/Page";
import { Views } from "#/components/ui/Views";
import { useChange } from "#/services/changing";
import { changeSource, type Source, SOURCES, sourceQuery } from "#/services/sources";
import { Connect } from "./Connect";
import { Debugger } from "./Debugger";
import type { SourceSearch } from "./search";
import { SourceEvents } from "./SourceEvents";
import { SourceSettings } from "./SourceSettings";

const VIEWS = { connect: "Connect", debugger: "Live debugger", events: "Events", settings: "Settings" };

interface Props {
  id: number;
  look: SourceSearch;
  show: (change: Partial<SourceSearch>) => void;
}

function standing({ enabled, enforce_oauth }: Source): string {
  if (!enabled) return "It is disabled: its write keys open nothing, and its calls are refused.";
  return enforce_oauth ? "It takes calls with a write key and an access token: OAuth is enforced." : "Its write keys take calls.";
}

/** One source: how to connect it, what comes of it now, all it has ever sent, and how it is treated. */
export function SourcePage({ id, look, show }: Props) {
  const { data: source } = useSuspenseQuery(sourceQuery(id));
  const { mutate, isPending } = useChange(changeSource(id), SOURCES);
  const view = look.tab ?? "connect";

  const turn = (enabled: boolean) =>
    mutate({ enabled }, { onError: (error) => notifications.show({ color: "red", title: "The switch did not move", message: words(error) }) });

  return (
    <>
      <Back to="/sources">Sources</Back>
      <Page
        title={source.name}
        description={standing(source)}
        actions={<Switch label="Enabled" checked={source.enabled} disabled={isPending} onChange={(event) => turn(event.currentTarget.checked)} />}
      >
        <Views label="Parts of this source" views={VIEWS} current={view} show={(tab) => show({ tab })}>
          {view === "connect" && <Connect id={id} watch={() => show({ tab: "debugger" })} />}
          {view === "debugger" && <Debugger id={id} look={look} show={show} />}
          {view === "events" && <SourceEvents id={id} open={look.event} show={(event) => show({ event })} />}
          {view === "settings" && <SourceSettings source={source} />}
        </Views>
      </Page>
    </>
  );
}
