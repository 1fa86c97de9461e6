import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { ago, exact } from "./time";

/** How long ago something was; hovering tells exactly when. `at` is in ms, or as ISO 8601. Light: lists draw many. */
export function Ago({ at }: { at: number | string }) {
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), 10_000, { autoInvoke: true });
  const moment = new Date(at);
  return (
    <time dateTime={moment.toISOString()} title={exact(moment)}>
      {ago(moment.getTime(), now)}
    </time>
  );
}
