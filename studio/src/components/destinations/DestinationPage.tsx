import { Group, Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Back } from "#/components/ui/Back";
import { words } from "#/components/ui/Failure";
import { Note } from "#/components/ui/Note";
import { Page } from "#/components/ui/Page";
import { Views } from "#/components/ui/Views";
import { useChange } from "#/services/changing";
import { changeDestination, destinationCatalogQuery, destinationQuery, DESTINATIONS } from "#/services/destinations";
import { DeliveryView } from "./DeliveryView";
import { DestinationSettings } from "./DestinationSettings";
import { EventTester } from "./EventTester";
import { Filters } from "./Filters";
import type { DestinationSearch } from "./search";
import { Stands } from "./Stands";

const OUTSIDE = { delivery: "Delivery", filters: "Filters", test: "Test", settings: "Settings" };
const BUILT_IN = { filters: "Filters", test: "Test", settings: "Settings" };

interface Props {
  id: string;
  look: DestinationSearch;
  show: (change: Partial<DestinationSearch>) => void;
}

/** One destination: what came of its calls, what it gets, whether it works, and how it is set up. */
export function DestinationPage({ id, look, show }: Props) {
  const { data: destination } = useSuspenseQuery(destinationQuery(id));
  const { data: catalog } = useSuspenseQuery(destinationCatalogQuery);
  const { mutate, isPending } = useChange(changeDestination(id), DESTINATIONS);
  const entry = catalog.find(({ kind }) => kind === destination.kind);
  const { built_in, enabled, standing } = destination;
  const asked = look.tab ?? (built_in ? "filters" : "delivery");
  const view = built_in && asked === "delivery" ? "filters" : asked;

  const turn = (next: boolean) =>
    mutate({ enabled: next }, { onError: (error) => notifications.show({ color: "red", title: "The switch did not move", message: words(error) }) });

  return (
    <>
      <Back to="/destinations">Destinations</Back>
      <Page
        title={destination.name}
        description={entry?.description}
        actions={
          <Group gap="md">
            {standing && <Stands standing={standing} />}
            <Switch label="Enabled" checked={enabled} disabled={isPending} onChange={(event) => turn(event.currentTarget.checked)} />
          </Group>
        }
      >
        {!enabled && (
          <Note tone="wait" title="It is disabled">
            It gets nothing of what arrives meanwhile, and nothing of that later.
          </Note>
        )}
        <Views label="Parts of this destination" views={built_in ? BUILT_IN : OUTSIDE} current={view} show={(tab) => show({ tab })}>
          {view === "delivery" && <DeliveryView destination={destination} hours={look.hours ?? 24} event={look.event} show={show} />}
          {view === "filters" && <Filters destination={destination} open={look.filter} show={(filter) => show({ filter })} />}
          {view === "test" && <EventTester destination={destination} />}
          {view === "settings" && <DestinationSettings destination={destination} entry={entry} />}
        </Views>
      </Page>
    </>
  );
}
