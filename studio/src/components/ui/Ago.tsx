import { Tooltip } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { ago, exact } from "./time";

/** How long ago something was; hovering tells exactly when. `at` is in ms, or as ISO 8601. */
export function Ago({ at }: { at: number | string }) {
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), 10_000, { autoInvoke: true });
  const moment = new Date(at);
  return (
    <Tooltip label={exact(moment)}>
      <time dateTime={moment.toISOString()}>{ago(moment.getTime(), now)}</time>
    </Tooltip>
  );
}
