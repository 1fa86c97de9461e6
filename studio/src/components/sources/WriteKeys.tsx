import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Code } from "#/components/ui/Code";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { useChange } from "#/services/changing";
import { addWriteKey, newestKeyQuery, revokeWriteKey, SOURCES, writeKeysQuery } from "#/services/sources";

/** The keys that open a source. To rotate: add one, put it into the library, revoke the old one. */
export function WriteKeys({ id }: { id: number }) {
  const { data: keys, error, refetch } = useQuery(writeKeysQuery(id));
  const { data: newest } = useQuery(newestKeyQuery(id));
  const add = useChange(addWriteKey, SOURCES);
  const revoke = useChange((key: string) => revokeWriteKey(id, key), SOURCES);
  const open = keys?.filter(({ revoked }) => !revoked) ?? [];

  return (
    <Card
      title="Write keys"
      aside={
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} loading={add.isPending} onClick={() => add.mutate(id)}>
          Add a key
        </Button>
      }
    >
      <Stack>
        <Text size="sm" c="dimmed">
          To rotate without losing a call: add a key, put it into your apps, and revoke the old one when none of them uses it any more. Until then both open this source.
        </Text>
        {error && <Failure error={error} title="The keys could not be read" retry={() => void refetch()} />}
        {add.error && <Failure error={add.error} title="No key was added" />}
        {newest && (
          <div>
            <Text size="sm" fw={600} mb={4}>
              The newest
            </Text>
            <Code label="The newest write key" wrap>
              {newest.write_key}
            </Code>
          </div>
        )}
        {!keys && !error && <Loading lines={3} />}
        {keys?.toReversed().map((key) => (
          <Group key={key.id} justify="space-between" wrap="nowrap">
            <div>
              <Text size="sm" ff="monospace" td={key.revoked ? "line-through" : undefined}>
                {key.hint}
              </Text>
              <Text size="xs" c="dimmed">
                made <Ago at={key.created} />
                {key.revoked && (
                  <>
                    , revoked <Ago at={key.revoked} />
                  </>
                )}
              </Text>
            </div>
            {key.revoked ? (
              <Badge color="gray" variant="light" radius="sm" tt="none">
                revoked
              </Badge>
            ) : (
              <ConfirmButton
                size="compact-sm"
                question={
                  open.length === 1
                    ? `${key.hint} is the only key that opens this source: every app that uses it is refused from now on. This cannot be undone.`
                    : `Apps that still use ${key.hint} are refused from now on. This cannot be undone.`
                }
                verb="Revoke"
                act={() => revoke.mutateAsync(key.id)}
              >
                Revoke
              </ConfirmButton>
            )}
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
