import { useSuspenseQuery } from "@tanstack/react-query";
import { Back } from "#/components/ui/Back";
import { Page } from "#/components/ui/Page";
import { strategyQuery } from "#/services/routingStrategies";
import { StrategyForm } from "./StrategyForm";

/** One strategy, or a new one. */
export function StrategyPage({ id }: { id: string | undefined }) {
  return (
    <>
      <Back to="/routing">Routing</Back>
      {id === undefined ? (
        <Page title="New strategy" description="Say by which channels, then give it to templates.">
          <StrategyForm strategy={undefined} />
        </Page>
      ) : (
        <Kept id={id} />
      )}
    </>
  );
}

function Kept({ id }: { id: string }) {
  const { data: strategy } = useSuspenseQuery(strategyQuery(id));
  return (
    <Page title={strategy.name} description={strategy.description ?? "What is saved holds at once, for every template that uses it."}>
      <StrategyForm strategy={strategy} />
    </Page>
  );
}
