import { Button, Group, SimpleGrid, Text, TextInput } from "@mantine/core";
import { type UseQueryResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { joinList, leaveList, leaveTenant, userAudiencesQuery, userListsQuery, userTenantsQuery } from "#/services/userGroups";
import classes from "./users.module.css";

/** Where a user belongs: lists, audiences, tenants. */
export function Groups({ id }: { id: string }) {
  const client = useQueryClient();
  const lists = useQuery(userListsQuery(id));
  const audiences = useQuery(userAudiencesQuery(id));
  const tenants = useQuery(userTenantsQuery(id));
  const refresh = () => client.invalidateQueries({ queryKey: ["users", id] });
  return (
    <SimpleGrid cols={{ base: 1, lg: 3 }} spacing="lg">
      <Some title="Lists" of={lists} items={lists.data?.results} none="On no list. A message to a list goes to everybody on it." foot={<Join id={id} joined={refresh} />}>
        {(list) => (
          <Line
            key={list.id}
            name={list.name || list.id}
            detail={list.name && list.name !== list.id ? list.id : ""}
            action={
              <ConfirmButton size="compact-sm" question={`Messages to ${list.id} do not reach this user any more.`} verb="Take off" act={async () => { await leaveList(id, list.id); await refresh(); }}>
                Take off
              </ConfirmButton>
            }
          />
        )}
      </Some>
      <Some title="Audiences" of={audiences} items={audiences.data?.results} none="In no audience. Who is in one is decided by its filter, whenever a profile changes.">
        {(audience) => <Line key={audience.id} name={audience.name || audience.id} detail={audience.reason} aside={<Ago at={audience.added_at} />} />}
      </Some>
      <Some title="Tenants" of={tenants} items={tenants.data?.items} none="A member of no tenant. Group calls make members.">
        {(tenant) => (
          <Line
            key={tenant.tenant_id}
            name={tenant.tenant_id}
            detail={tenant.profile ? Object.keys(tenant.profile).join(", ") : ""}
            action={
              <ConfirmButton size="compact-sm" question={`The user is no member of ${tenant.tenant_id} any more, and what they were there is forgotten.`} verb="Take out" act={async () => { await leaveTenant(id, tenant.tenant_id); await refresh(); }}>
                Take out
              </ConfirmButton>
            }
          />
        )}
      </Some>
    </SimpleGrid>
  );
}

interface SomeProps<T> {
  title: string;
  of: UseQueryResult;
  items: readonly T[] | undefined;
  /** What it means that there are none. */
  none: string;
  foot?: ReactNode;
  children: (item: T) => ReactNode;
}

function Some<T>({ title, of: { error, refetch }, items, none, foot, children }: SomeProps<T>) {
  return (
    <Card title={title} aside={items && items.length > 0 ? items.length : undefined}>
      {error ? (
        <Failure error={error} title={`${title} could not be read`} retry={() => void refetch()} />
      ) : !items ? (
        <Loading lines={3} />
      ) : items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : (
        items.map(children)
      )}
      {foot}
    </Card>
  );
}

function Line({ name, detail, aside, action }: { name: string; detail: string; aside?: ReactNode; action?: ReactNode }) {
  return (
    <Group className={classes.row ?? ""} justify="space-between" wrap="nowrap" gap="sm">
      <div className={classes.name}>
        <Text size="sm" fw={550}>
          {name}
        </Text>
        {detail && (
          <Text size="xs" c="dimmed">
            {detail}
          </Text>
        )}
      </div>
      {aside && (
        <Text size="xs" c="dimmed" component="div" style={{ whiteSpace: "nowrap" }}>
          {aside}
        </Text>
      )}
      {action}
    </Group>
  );
}

function Join({ id, joined }: { id: string; joined: () => Promise<unknown> }) {
  const [list, setList] = useState("");
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => joinList(id, list.trim()),
    onSuccess: async () => {
      setList("");
      await joined();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (list.trim()) mutate();
      }}
    >
      <Group mt="md" gap="xs" align="flex-start">
        <TextInput flex={1} aria-label="The id of a list" placeholder="news.weekly" value={list} onChange={(event) => setList(event.currentTarget.value)} error={error?.message} />
        <Button type="submit" variant="default" loading={isPending} disabled={!list.trim()}>
          Put on
        </Button>
      </Group>
    </form>
  );
}
