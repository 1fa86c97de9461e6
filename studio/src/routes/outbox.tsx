import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod";
import { Outbox } from "#/components/outbox/Outbox";

const search = z.object({
  /** The message that is looked at, and on which channel. */
  message: z.string().optional(),
  channel: z.string().optional(),
});

export const Route = createFileRoute("/outbox")({ validateSearch: search, component: Screen });

function Screen() {
  const { message, channel } = Route.useSearch();
  const navigate = Route.useNavigate();
  return <Outbox message={message} channel={channel} look={(at) => void navigate({ search: at })} />;
}
