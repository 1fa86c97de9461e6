import { Badge, Button, Code as Mono, Group, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Schemas } from "#/api/client";
import { environment } from "#/api/environment";
import { Settings } from "#/components/settings/Settings";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Empty } from "#/components/ui/Empty";
import { ListTable } from "#/components/ui/ListTable";
import { Loaded } from "#/components/ui/Loaded";
import { apiKeysQuery, revokeApiKey } from "#/services/apiKeys";
import { useMay } from "#/services/may";
import { NewApiKey } from "./NewApiKey";

/** The keys of this environment. */
export function ApiKeys() {
  const keys = useQuery(apiKeysQuery);
  const mayChange = useMay().changes("API keys");
  const [making, { open, close }] = useDisclosure();
  const make = mayChange && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      Make a key
    </Button>
  );
  return (
    <Settings part="/settings/keys" actions={make}>
      <Loaded query={keys} failure="The keys could not be read">
        {({ results }) =>
          results.length === 0 ? (
            <Empty icon={IconKey} title="No key opens this environment" command={`tidings keys create --environment ${environment()}`}>
              A Courier client needs one: put it where its Auth Token goes.
            </Empty>
          ) : (
            <Card>
              <ListTable label="API keys" heads={["Name", "Key", "Made", "Last used"]} minWidth={620} verticalSpacing="sm">
                {[...results].reverse().map((key) => (
                  <Key key={key.id} of={key} mayChange={mayChange} />
                ))}
              </ListTable>
            </Card>
          )
        }
      </Loaded>
      <Text size="sm" c="dimmed" maw="42rem">
        A key is shown when it is made and never again: only a hash of it is kept. To rotate one, make another, put it into use, then revoke
        the old one. Both work in between.
      </Text>
      <NewApiKey opened={making} close={close} />
    </Settings>
  );
}

function Key({ of: key, mayChange }: { of: Schemas["ApiKeyAnswer"]; mayChange: boolean }) {
  const client = useQueryClient();
  const revoke = async () => {
    await revokeApiKey(key.id);
    await client.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
  };
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text size="sm" fw={550}>
            {key.name || "Without a name"}
          </Text>
          {key.revoked && <Badge color="gray" variant="light">revoked</Badge>}
        </Group>
      </Table.Td>
      <Table.Td>
        <Mono>{key.hint}</Mono>
      </Table.Td>
      <Table.Td>
        <Ago at={key.created} />
      </Table.Td>
      <Table.Td>{key.last_used ? <Ago at={key.last_used} /> : "not yet"}</Table.Td>
      <Table.Td ta="right">
        {mayChange && !key.revoked && (
          <ConfirmButton
            size="xs"
            verb="Revoke"
            act={revoke}
            question="Whoever uses this key is refused within seconds. This cannot be undone."
          >
            Revoke
          </ConfirmButton>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
