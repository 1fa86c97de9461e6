import { Select } from "@mantine/core";
import type { Schemas } from "#/api/client";
import { addressOf, environment } from "#/api/environment";

/** Which environment this page is about; choosing another one loads it anew. */
export function EnvironmentSwitch({ session }: { session: Schemas["SignedIn"] }) {
  const names = session.environments.map((each) => each.name);
  return (
    <Select
      aria-label="Environment"
      data={names}
      value={environment()}
      allowDeselect={false}
      checkIconPosition="right"
      onChange={(name) => name && name !== environment() && location.assign(addressOf(name, names))}
    />
  );
}
