import { Button } from "@mantine/core";
import { IconSearch, IconSend } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { DataTable, type RowLink } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { Fresh } from "#/components/ui/Fresh";
import { useAtTop } from "#/components/ui/useAtTop";
import { useLive } from "#/services/live";
import { type Message, messagesQuery, PAGE, readMessages } from "#/services/messages";
import { COLUMNS } from "./columns";
import { filterOf, type MessageSearch } from "./search";

interface Props {
  search: MessageSearch;
  clear: () => void;
}

/** The messages that a filter finds, as they are now. New ones come by themselves while one is at the top. */
export function MessageList({ search, clear }: Props) {
  const query = messagesQuery(now(search), search);
  const list = useInfiniteQuery(query);
  const atTop = useAtTop();
  const { waiting, show } = useLive<Message>({
    pages: list.data,
    queryKey: query.queryKey,
    read: (signal) => readMessages(now(search)(), PAGE / 2, undefined, signal),
    atTop,
    at: enqueuedOf,
  });
  const isFiltered = Object.values(search).some((value) => value !== undefined);

  return (
    <>
      <Fresh count={atTop ? 0 : waiting} of={["new message", "new messages"]} show={show} />
      <DataTable label="Messages" columns={COLUMNS} query={list} rowKey={keyOf} link={linkOf} empty={isFiltered ? <NoneLikeThis clear={clear} /> : <NoneYet />} />
    </>
  );
}

const keyOf = ({ id }: Message) => id;
const enqueuedOf = ({ enqueued }: Message) => enqueued;
const linkOf = ({ id }: Message): RowLink => ({ to: "/logs/$id", params: { id } });

/** What to ask for whenever it is asked: spans are counted back from then. */
function now(search: MessageSearch) {
  return () => filterOf(search, Date.now());
}

function NoneYet() {
  return (
    <Empty icon={IconSend} title="No messages yet" command="tidings send --to ann@example.com --title Hello --body 'Your first message'">
      A message is made when an event comes in that is mapped to a published template, or when something asks for one. Try it where tidings runs:
    </Empty>
  );
}

function NoneLikeThis({ clear }: { clear: () => void }) {
  return (
    <Empty
      icon={IconSearch}
      title="No message is like this"
      action={
        <Button variant="default" onClick={clear}>
          Show all messages
        </Button>
      }
    >
      Take a filter off, or look further back. If you expected one here, open the user’s page and ask why they did not get it.
    </Empty>
  );
}
