import { Group, Text, ThemeIcon } from "@mantine/core";
import { IconArrowDownLeft, IconSend, IconTimeline } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { titleOf } from "#/components/messages/words";
import { Ago } from "#/components/ui/Ago";
import { type Column, DataTable, type RowLink } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { Fresh } from "#/components/ui/Fresh";
import { StatusBadge } from "#/components/ui/StatusBadge";
import { useAtTop } from "#/components/ui/useAtTop";
import { useLive } from "#/services/live";
import { type Moment, readTimeline, userTimelineQuery } from "#/services/userTimeline";
import classes from "./users.module.css";

const COLUMNS: readonly Column<Moment>[] = [
  { key: "what", title: "What", width: "3fr", cell: (moment) => <What moment={moment} /> },
  { key: "status", title: "Status", width: "9rem", cell: (moment) => <StatusBadge status={moment.call?.status ?? moment.message?.status ?? ""} /> },
  {
    key: "when",
    title: "When",
    width: "6.5rem",
    narrow: false,
    align: "right",
    cell: ({ at }) => (
      <Text span size="sm" c="dimmed">
        <Ago at={at} />
      </Text>
    ),
  },
];

/** What a user did, and what they were sent, newest first. */
export function UserTimeline({ id }: { id: string }) {
  const query = userTimelineQuery(id);
  const list = useInfiniteQuery(query);
  const atTop = useAtTop();
  const { waiting, show } = useLive<Moment>({
    pages: list.data,
    queryKey: query.queryKey,
    read: (signal) => readTimeline(id, 30, undefined, signal),
    atTop,
    at: momentAt,
  });
  return (
    <>
      <Fresh count={atTop ? 0 : waiting} of={["thing has happened", "things have happened"]} show={show} />
      <DataTable label="Timeline" columns={COLUMNS} query={list} rowKey={keyOf} link={linkOf} empty={<Nothing />} />
    </>
  );
}

const linkOf = (moment: Moment): RowLink =>
  moment.message ? { to: "/logs/$id", params: { id: moment.message.id } } : { to: "/events/log/$id", params: { id: moment.call?.id ?? "" } };
const keyOf = ({ id }: Moment) => id;
const momentAt = ({ at }: Moment) => at;

function Nothing() {
  return (
    <Empty icon={IconTimeline} title="Nothing has happened yet" command={`analytics.track("Order Completed", { total: 42 })`}>
      Calls of this user and messages to them stand here, on one line. None has come by this id in this environment, or they are older than what is kept.
    </Empty>
  );
}

function What({ moment }: { moment: Moment }) {
  const isCall = moment.message === undefined;
  const [title, detail] = wordsOf(moment);
  return (
    <Group gap="sm" wrap="nowrap">
      <ThemeIcon size={28} radius="xl" variant="light" color={isCall ? "gray" : "teal"}>
        {isCall ? <IconArrowDownLeft size={16} aria-label="Call:" /> : <IconSend size={16} aria-label="Message:" />}
      </ThemeIcon>
      <span className={classes.name}>
        <Text span size="sm" fw={550} truncate display="block">
          {title}
        </Text>
        <Text span size="xs" c="dimmed" truncate display="block">
          {detail}
          <Text span hiddenFrom="sm">
            {" · "}
            <Ago at={moment.at} />
          </Text>
        </Text>
      </span>
    </Group>
  );
}

function wordsOf({ call, message }: Moment): [title: string, detail: string] {
  if (message) return [titleOf(message), message.error ?? ["message", message.channel, message.provider].filter(Boolean).join(" · ")];
  if (!call) return ["", ""];
  const { name, type, detail, reason } = call;
  return [name ?? type, [name ? `${type} call` : "call", detail || reason].filter(Boolean).join(" · ")];
}
