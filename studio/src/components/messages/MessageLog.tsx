import { Group, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Page } from "#/components/ui/Page";
import { ShareButton } from "#/components/ui/ShareButton";
import { Chips } from "./Chips";
import { Filters } from "./Filters";
import classes from "./MessageLog.module.css";
import { MessageList } from "./MessageList";
import { Redrive } from "./Redrive";
import type { MessageSearch } from "./search";
import { VIEWS } from "./words";

interface Props {
  search: MessageSearch;
  /** Writes the address anew. */
  show: (search: MessageSearch) => void;
}

/** Every message, newest first, as it is now. */
export function MessageLog({ search, show }: Props) {
  const change = (part: Partial<MessageSearch>) => show({ ...search, ...part });
  const view = VIEWS.find(({ status }) => status === search.status)?.label;
  return (
    <Page
      title="Data logs"
      description="Every message and where it stands. Open one to read why."
      actions={
        <>
          <ShareButton />
          <Redrive search={search} />
        </>
      }
    >
      <Stack gap="sm">
        <Group gap="sm" wrap="wrap">
          <Find key={search.text} text={search.text} find={(text) => change({ text })} />
          <SegmentedControl
            aria-label="What became of them"
            data={[...VIEWS.map(({ label }) => label), ...(view ? [] : [{ label: "Chosen", value: "" }])]}
            value={view ?? ""}
            onChange={(label) => change({ status: VIEWS.find((each) => each.label === label)?.status })}
            className={classes.views ?? ""}
          />
          <Filters search={search} apply={show} />
        </Group>
        <Chips search={search} change={change} clear={() => show({})} />
      </Stack>
      <MessageList key={JSON.stringify(search)} search={search} clear={() => show({})} />
    </Page>
  );
}

function Find({ text, find }: { text: string | undefined; find: (text: string | undefined) => void }) {
  const [typed, setTyped] = useState(text ?? "");
  return (
    <form
      className={classes.find}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        find(typed.trim() || undefined);
      }}
    >
      <TextInput
        data-search
        type="search"
        aria-label="Find messages by how their user, address or id begins"
        placeholder="User, address, message or request"
        leftSection={<IconSearch size={16} aria-hidden />}
        minLength={2}
        maxLength={200}
        value={typed}
        onChange={({ currentTarget: { value } }) => {
          setTyped(value);
          if (value === "" && text) find(undefined);
        }}
      />
    </form>
  );
}
