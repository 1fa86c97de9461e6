import { Button, Stack, Text } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Card } from "#/components/ui/Card";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Failure } from "#/components/ui/Failure";
import { TextLink } from "#/components/ui/links";
import { archiveStrategy, STRATEGIES, type Strategy, strategyTemplatesQuery } from "#/services/routingStrategies";

/** Which templates go by it; while there are any, it stays. */
export function StrategyTemplates({ strategy: { id, name } }: { strategy: Strategy }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(strategyTemplatesQuery(id));
  const client = useQueryClient();
  const navigate = useNavigate();
  const templates = data?.pages.flatMap(({ results }) => results);
  return (
    <Card title="Templates that use it">
      <Stack gap="sm" align="flex-start">
        {error && <Failure error={error} title="They could not be read" retry={() => void refetch()} />}
        {templates?.map((template) => (
          <TextLink key={template.id} size="sm" to="/templates/$id" params={{ id: template.id }}>
            {template.name}
          </TextLink>
        ))}
        {hasNextPage && (
          <Button size="compact-sm" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            More
          </Button>
        )}
        {templates?.length === 0 && (
          <>
            <Text size="sm" c="dimmed">
              None. A template picks its strategy in the designer, under “Settings”.
            </Text>
            <ConfirmButton
              size="xs"
              question={`“${name}” can be chosen no more. Requests to send that name it reach nobody.`}
              verb="Archive"
              act={async () => {
                await archiveStrategy(id);
                await navigate({ to: "/routing" });
                await client.invalidateQueries({ queryKey: STRATEGIES, predicate: ({ queryKey }) => queryKey[1] !== id });
              }}
            >
              Archive this strategy
            </ConfirmButton>
          </>
        )}
      </Stack>
    </Card>
  );
}
