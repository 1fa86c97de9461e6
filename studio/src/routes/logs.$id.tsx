import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod";
import { MessagePage } from "#/components/messages/MessagePage";

const search = z.object({
  /** Whose content is shown. */
  channel: z.string().optional().catch(undefined),
});

export const Route = createFileRoute("/logs/$id")({ validateSearch: search, component: Message });

function Message() {
  const { id } = Route.useParams();
  const { channel } = Route.useSearch();
  const navigate = Route.useNavigate();
  return <MessagePage id={id} channel={channel} chooseChannel={(wanted) => void navigate({ search: { channel: wanted }, replace: true, resetScroll: false })} />;
}
