import { IconArrowsSplit2, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { type Column, DataTable } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { ButtonLink } from "#/components/ui/links";
import { Page } from "#/components/ui/Page";
import { strategyListQuery, type StrategySummary } from "#/services/routingStrategies";

const COLUMNS: readonly Column<StrategySummary>[] = [
  { key: "name", title: "Strategy", width: "1.5fr", cell: ({ name }) => name },
  { key: "description", title: "What for", width: "2.5fr", narrow: false, cell: ({ description }) => description ?? "–" },
  { key: "updated", title: "Written", width: "8rem", align: "right", cell: ({ updated }) => <Ago at={updated} /> },
];

/** Wishes about channels that templates share. */
export function StrategyList() {
  const query = useInfiniteQuery(strategyListQuery);
  const button = (
    <ButtonLink to="/routing/$id" params={{ id: "new" }} leftSection={<IconPlus size={16} aria-hidden />}>
      New strategy
    </ButtonLink>
  );
  return (
    <Page title="Routing" description="By which channels a message goes, in which order, and how long each is tried. Templates share a strategy; a request to send may say otherwise." actions={button}>
      <DataTable
        label="Routing strategies"
        columns={COLUMNS}
        query={query}
        rowKey={({ id }) => id}
        link={({ id }) => ({ to: "/routing/$id", params: { id } })}
        empty={
          <Empty icon={IconArrowsSplit2} title="No strategy yet" action={button}>
            Without one, a message goes by the first channel that reaches its recipient. A strategy says it once for many templates: “push, else email and SMS”, urgent things by every channel, text messages only when much is at stake. Templates pick theirs in the designer’s settings.
          </Empty>
        }
      />
    </Page>
  );
}
