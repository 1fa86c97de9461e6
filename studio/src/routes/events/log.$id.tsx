import { createFileRoute } from "@tanstack/react-router";
import { CallPage } from "#/components/events/CallPage";

export const Route = createFileRoute("/events/log/$id")({ component: Call });

function Call() {
  const { id } = Route.useParams();
  return <CallPage key={id} id={id} />;
}
