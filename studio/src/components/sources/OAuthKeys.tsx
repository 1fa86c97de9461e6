import { Button, Group, Stack, Switch, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { useChange } from "#/services/changing";
import { oauthKeysQuery, removeOAuthKey } from "#/services/oauthKeys";
import { changeSource, type Source, SOURCES } from "#/services/sources";
import { NewOAuthKey } from "./NewOAuthKey";

/** The public keys of apps that send with OAuth, and whether a write key alone opens the source. */
export function OAuthKeys({ source: { id, enforce_oauth } }: { source: Source }) {
  const { data: keys, error, refetch } = useQuery(oauthKeysQuery(id));
  const enforce = useChange(changeSource(id), SOURCES);
  const remove = useChange(removeOAuthKey(id), SOURCES);
  const [adding, { open, close }] = useDisclosure();
  const none = keys?.length === 0;

  return (
    <Card
      title="OAuth"
      aside={
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={open}>
          Add an OAuth key
        </Button>
      }
    >
      <Stack>
        <Text size="sm" c="dimmed">
          An app that holds a private key proves who it is, and sends an access token beside the write key. Segment’s libraries for Python and Node do it by themselves.
        </Text>
        <Switch
          label="Enforce OAuth"
          description={none && !enforce_oauth ? "Needs a key first: nothing else could send." : "A write key alone opens this source no more, browsers and pixels included."}
          checked={enforce_oauth}
          disabled={enforce.isPending || (!enforce_oauth && !keys?.length)}
          onChange={(event) => enforce.mutate({ enforce_oauth: event.currentTarget.checked })}
        />
        {enforce.error && <Failure error={enforce.error} title="The switch did not move" />}
        {error && <Failure error={error} title="The keys could not be read" retry={() => void refetch()} />}
        {!keys && !error && <Loading lines={2} />}
        {none && enforce_oauth && (
          <Text size="sm" c="red">
            No key is left, so nothing opens this source.
          </Text>
        )}
        {keys?.map((key) => (
          <Group key={key.id} justify="space-between" wrap="nowrap">
            <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
              <Text size="sm">
                App <Mono>{key.client_id}</Mono>
              </Text>
              <Text size="sm">
                Key <Mono>{key.key_id}</Mono>
              </Text>
              <Text size="xs" c="dimmed">
                added <Ago at={key.created} />, SHA-256 <span title={key.fingerprint}>{key.fingerprint.slice(0, 16)}…</span>
              </Text>
            </div>
            <ConfirmButton
              size="compact-sm"
              flex="none"
              question={
                enforce_oauth && keys.length === 1
                  ? `It is the only key: nothing opens this source from then on, until another is added or OAuth is enforced no more.`
                  : `Tokens that ${key.client_id} has by this key open nothing from then on.`
              }
              verb="Remove"
              act={() => remove.mutateAsync(key.id)}
            >
              Remove
            </ConfirmButton>
          </Group>
        ))}
      </Stack>
      <NewOAuthKey id={id} opened={adding} close={close} />
    </Card>
  );
}

function Mono({ children }: { children: string }) {
  return (
    <Text span size="sm" ff="monospace">
      {children}
    </Text>
  );
}
