import { ActionIcon, Badge, Button, Group, Menu, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots, IconPlus, IconWebhook } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "#/api/client";
import { Settings } from "#/components/settings/Settings";
import { Card } from "#/components/ui/Card";
import { ConfirmDialog } from "#/components/ui/ConfirmDialog";
import { Empty } from "#/components/ui/Empty";
import { words } from "#/components/ui/Failure";
import { ListTable } from "#/components/ui/ListTable";
import { Loaded } from "#/components/ui/Loaded";
import { useMay } from "#/services/may";
import { changeWebhook, removeWebhook, webhooksQuery } from "#/services/webhooks";
import { WebhookDialog } from "./WebhookDialog";

type Webhook = Schemas["DestinationAnswer"];

/** Courier's outbound webhooks: whom we tell what becomes of messages. */
export function Webhooks() {
  const webhooks = useQuery(webhooksQuery);
  const mayChange = useMay().changes("Destinations");
  const [dialog, setDialog] = useState<Webhook | "new">();
  const client = useQueryClient();
  const [leaving, setLeaving] = useState<Webhook>();
  const remove = async () => {
    if (leaving) await removeWebhook(leaving.id);
    await client.invalidateQueries({ queryKey: webhooksQuery.queryKey });
  };
  const add = mayChange && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDialog("new")}>
      Add a webhook
    </Button>
  );
  return (
    <Settings part="/settings/webhooks" actions={add}>
      <Loaded query={webhooks} failure="The webhooks could not be read">
        {(found) =>
          found.length === 0 ? (
            <Empty
              icon={IconWebhook}
              title="Nobody is told yet"
              command="tidings destinations add outbound_webhook --name Shop --set url=https://shop.example/courier"
            >
              A webhook posts every change of a message’s status to an address of yours, in Courier’s words, and signs it.
            </Empty>
          ) : (
            <Card>
              <ListTable label="Webhooks" heads={["Name", "Stands"]} minWidth={460} verticalSpacing="sm">
                {found.map((webhook) => (
                  <Row key={webhook.id} webhook={webhook} mayChange={mayChange} edit={() => setDialog(webhook)} remove={() => setLeaving(webhook)} />
                ))}
              </ListTable>
            </Card>
          )
        }
      </Loaded>
      <ConfirmDialog title="Remove this webhook" verb="Remove" act={remove} opened={leaving !== undefined} close={() => setLeaving(undefined)}>
        <b>{leaving?.name}</b> is told nothing more, and what still waits for it is forgotten. This cannot be undone.
      </ConfirmDialog>
      {dialog && <WebhookDialog of={dialog} close={() => setDialog(undefined)} />}
    </Settings>
  );
}

function Row({ webhook, mayChange, edit, remove }: { webhook: Webhook; mayChange: boolean; edit: () => void; remove: () => void }) {
  const client = useQueryClient();
  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
      await client.invalidateQueries({ queryKey: webhooksQuery.queryKey });
    } catch (error) {
      notifications.show({ color: "red", title: "It could not be done", message: words(error) });
    }
  };
  const { url } = webhook.settings;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550}>
          {webhook.name}
        </Text>
        <Text size="sm" c="dimmed" lineClamp={1}>
          {typeof url === "string" ? url : ""}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={webhook.enabled ? "teal" : "gray"}>
          {webhook.enabled ? "on" : "off"}
        </Badge>
      </Table.Td>
      <Table.Td>
        {mayChange && (
          <Group justify="flex-end" gap="xs" wrap="nowrap">
            <Button size="xs" variant="default" onClick={edit} aria-label={`Change ${webhook.name}`}>
              Change
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${webhook.name}`}>
                  <IconDots size={18} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => void act(() => changeWebhook(webhook.id, { enabled: !webhook.enabled }))}>
                  {webhook.enabled ? "Switch off" : "Switch on"}
                </Menu.Item>
                <Menu.Item color="red" onClick={remove}>
                  Remove
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
