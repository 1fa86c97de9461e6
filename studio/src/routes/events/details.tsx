import { createFileRoute } from "@tanstack/react-router";
import { EventPage } from "#/components/events/EventPage";
import { eventSearch } from "#/components/events/search";

export const Route = createFileRoute("/events/details")({ validateSearch: eventSearch, component: Details });

function Details() {
  const { type, name } = Route.useSearch();
  return <EventPage key={`${type} ${name}`} type={type} name={name} />;
}
