import { Group, Text } from "@mantine/core";
import { IconDeviceMobileOff } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Card } from "#/components/ui/Card";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Empty } from "#/components/ui/Empty";
import { Facts } from "#/components/ui/Facts";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { type Device, devicesQuery, forgetDevice, revokeDevice } from "#/services/devices";
import classes from "./users.module.css";

/** The devices that a user can be reached on by push. */
export function Devices({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(devicesQuery(id));
  if (error) return <Failure error={error} title="The devices could not be read" retry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.tokens.length === 0) {
    return (
      <Empty icon={IconDeviceMobileOff} title="No devices" command={`curl -X PUT $TIDINGS/users/${encodeURIComponent(id)}/tokens/TOKEN \\\n  -H "Authorization: Bearer $API_KEY" -d '{"provider_key": "firebase-fcm"}'`}>
        An app registers its push token here, with the user’s id, whenever it starts. Until then push cannot reach them.
      </Empty>
    );
  }
  return (
    <Card title="Devices" aside={data.tokens.length}>
      {data.tokens.map((device) => (
        <One key={device.token} id={id} device={device} />
      ))}
    </Card>
  );
}

function One({ id, device: { token, provider_key, status = "active", status_reason, device, expiry_date } }: { id: string; device: Device }) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: devicesQuery(id).queryKey });
  return (
    <div className={classes.row}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div className={classes.name}>
          <Text size="sm" fw={550} mb={4}>
            {provider_key} <StatusBadge status={status} />
          </Text>
          <Facts of={{ Token: token.length > 40 ? `${token.slice(0, 28)}…${token.slice(-8)}` : token, Device: device && Object.values(device).join(", "), Why: status_reason, Expires: expiry_date === false ? "never" : expiry_date }} />
        </div>
        <Group gap="xs">
          {status === "active" && (
            <ConfirmButton size="compact-sm" question="Nothing is pushed to this device any more, until it registers again." verb="Revoke" act={async () => { await revokeDevice(id, token); await refresh(); }}>
              Revoke
            </ConfirmButton>
          )}
          <ConfirmButton size="compact-sm" question="The device is forgotten. It comes back when its app registers it again." verb="Forget" act={async () => { await forgetDevice(id, token); await refresh(); }}>
            Forget
          </ConfirmButton>
        </Group>
      </Group>
    </div>
  );
}
