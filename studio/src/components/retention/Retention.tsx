import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Settings } from "#/components/settings/Settings";
import { Card } from "#/components/ui/Card";
import { Code } from "#/components/ui/Code";
import { Facts } from "#/components/ui/Facts";
import { Loaded } from "#/components/ui/Loaded";
import { retentionQuery } from "#/services/environments";

/** How long what is kept, and how that is changed. */
export function Retention() {
  const retention = useQuery(retentionQuery);
  return (
    <Settings part="/settings/retention">
      <Loaded query={retention} failure="The settings could not be read">
        {(kept) => (
          <Card title="Kept in all environments">
            <Facts
              of={{
                "Inbound events": days(kept.events_days),
                Messages: kept.messages_days ? `${days(kept.messages_days)}, once they have ended, with their history` : days(0),
                "Audit log": days(kept.audit_days),
                Archive: kept.archives ? days(kept.archive_days) : "none is kept",
                "Repeated calls": `are known for ${kept.dedup_hours} hours`,
              }}
            />
          </Card>
        )}
      </Loaded>
      <Card title="Change it">
        <Text size="sm" mb="sm" maw="42rem">
          These are settings of the installation: put them into <code>tidings.toml</code>, or into the environment of the server, and start
          it again. What is forgotten is gone for good; what is counted of it stays in the ledger.
        </Text>
        <Code label="Settings">{"TIDINGS_EVENTS_DAYS=90\nTIDINGS_MESSAGES_DAYS=365\nTIDINGS_AUDIT_DAYS=365"}</Code>
      </Card>
    </Settings>
  );
}

function days(count: number): string {
  if (count === 0) return "for ever";
  return count === 1 ? "1 day" : `${count} days`;
}
