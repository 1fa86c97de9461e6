import { Anchor, Badge, Button, Group, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "#/api/client";
import { addressOf, environment } from "#/api/environment";
import { Settings } from "#/components/settings/Settings";
import { Card } from "#/components/ui/Card";
import { ListTable } from "#/components/ui/ListTable";
import { Loaded } from "#/components/ui/Loaded";
import { environmentsQuery } from "#/services/environments";
import { useMay } from "#/services/may";
import { EnvironmentDialog } from "./EnvironmentDialog";

type Environment = Schemas["EnvironmentAnswer"];

/** The environments there are. */
export function Environments() {
  const environments = useQuery(environmentsQuery);
  const mayChange = useMay().changes("Environments");
  const [dialog, setDialog] = useState<Environment | "new">();
  const make = mayChange && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDialog("new")}>
      Make an environment
    </Button>
  );
  return (
    <Settings part="/settings/environments" actions={make}>
      <Loaded query={environments} failure="The environments could not be read">
        {({ results }) => {
          const names = results.map(({ name }) => name);
          return (
            <Card>
              <ListTable label="Environments" heads={["Name", "Messages"]} minWidth={460} verticalSpacing="sm">
                {results.map((each) => (
                  <Table.Tr key={each.id}>
                    <Table.Td>
                      <Group gap="xs">
                        {each.name === environment() ? (
                          <Text size="sm" fw={550}>
                            {each.name}
                          </Text>
                        ) : (
                          <Anchor size="sm" href={addressOf(each.name, names)}>
                            {each.name}
                          </Anchor>
                        )}
                        {each.name === environment() && <Badge variant="light">you are here</Badge>}
                      </Group>
                    </Table.Td>
                    <Table.Td>{each.delivery === "live" ? "go to providers" : "stay in the outbox"}</Table.Td>
                    <Table.Td ta="right">
                      {mayChange && (
                        <Button size="xs" variant="default" onClick={() => setDialog(each)} aria-label={`Rename ${each.name}`}>
                          Rename
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </ListTable>
            </Card>
          );
        }}
      </Loaded>
      <Text size="sm" c="dimmed" maw="42rem">
        Nothing of one environment is seen in another. A new one is empty: it has no keys and no sources yet. Environments are not deleted.
      </Text>
      {dialog && <EnvironmentDialog of={dialog} close={() => setDialog(undefined)} />}
    </Settings>
  );
}
