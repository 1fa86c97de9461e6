import { Text } from "@mantine/core";
import { StatusBadge } from "#/components/ui/StatusBadge";
import type { SeenCall } from "#/services/debugger";
import classes from "./Debugger.module.css";

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** One call of the list. */
export function DebuggerRow({ call, open, show }: { call: SeenCall; open: boolean; show: () => void }) {
  return (
    <li>
      <button type="button" className={classes.row} aria-current={open || undefined} onClick={show}>
        <time className={classes.time} dateTime={new Date(call.received_at).toISOString()}>
          {clock.format(call.received_at)}
        </time>
        <Text span size="sm" fw={550} truncate>
          {call.name ?? call.type}
          {call.name !== null && (
            <Text span size="xs" c="dimmed">
              {` ${call.type}`}
            </Text>
          )}
        </Text>
        <StatusBadge status={call.status} />
      </button>
    </li>
  );
}
