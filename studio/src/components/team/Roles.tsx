import { Card } from "#/components/ui/Card";
import { Facts } from "#/components/ui/Facts";
import { ROLES } from "#/services/team";

/** What each role is there for. */
export function Roles() {
  return (
    <Card title="Roles">
      <Facts of={Object.fromEntries(ROLES.map(({ label, description }) => [label, description]))} />
    </Card>
  );
}
