/** A message that needs no template and no profile. */
export const FIRST_MESSAGE = {
  to: { email: "ann@example.com" },
  content: { title: "Hello, Ann", body: "This came by way of tidings." },
};

/** The command that sends it. */
export function firstSend(origin: string): string {
  return `curl ${origin}/send -H 'Authorization: Bearer YOUR_API_KEY' \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify({ message: FIRST_MESSAGE })}'
`;
}

/** The command that makes a template, publishes it, and has an event send it from now on. */
export function mapEvent(origin: string, event: string): string {
  const elements = [
    { type: "meta", title: "Hello, {{profile.name}}" },
    { type: "text", content: "Good to see you." },
  ];
  const notification = {
    name: event,
    alias: `Segment-TrackEvent:${event}`,
    content: { version: "2022-01-01", elements: [{ type: "channel", channel: "email", elements }] },
  };
  return `curl ${origin}/notifications -H 'Authorization: Bearer YOUR_API_KEY' \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify({ notification, state: "PUBLISHED" }).replaceAll("'", "'\\''")}'
`;
}
