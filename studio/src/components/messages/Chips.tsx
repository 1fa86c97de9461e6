import { Button, Group, Pill } from "@mantine/core";
import { FIELDS, type MessageSearch, SPANS } from "./search";
import { titleOf } from "./words";

interface Props {
  search: MessageSearch;
  change: (change: Partial<MessageSearch>) => void;
  clear: () => void;
}

/** The filters that are on, each with a button that takes it off. */
export function Chips({ search, change, clear }: Props) {
  const on = keysOf(search).filter((key) => search[key] !== undefined && search[key] !== false);
  if (on.length === 0) return null;
  return (
    <Group gap="xs" role="group" aria-label="Filters that are on">
      {on.map((key) => (
        <Pill
          key={key}
          size="md"
          withRemoveButton
          onRemove={() => change({ [key]: undefined })}
          removeButtonProps={{ "aria-label": `Remove the filter ${FIELDS[key]}`, "aria-hidden": false, tabIndex: 0 }}
        >
          {`${FIELDS[key]}: ${shown(key, search)}`}
        </Pill>
      ))}
      <Button size="compact-sm" variant="subtle" onClick={clear}>
        Clear all
      </Button>
    </Group>
  );
}

/** Says what a filter is set to, for people. */
function shown(key: keyof MessageSearch, search: MessageSearch): string {
  const value = search[key];
  if (value === true) return "yes";
  const text = String(value);
  if (key === "event") return titleOf({ event: text, notification: "" });
  if (key === "since") return (SPANS[text] ?? text).toLowerCase();
  return text.split(",").join(", ");
}

function keysOf(search: MessageSearch): (keyof MessageSearch)[] {
  return (Object.keys(FIELDS) as (keyof MessageSearch)[]).filter((key) => key in search); // FIELDS has these keys alone
}
