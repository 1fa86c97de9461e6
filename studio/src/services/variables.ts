import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "#/api/client";
import { type Variable, WELL_KNOWN } from "#/elemental/variables";

const SOURCES_MAX = 50;
const INBOUND = 0; // the source of calls that Segment forwarded

/**
 * The variables that templates may name: properties of the events that came in, those of `events` first, traits, and
 * what every profile may have. Read once a minute at most.
 */
export const variablesQuery = (events: readonly string[]) =>
  queryOptions({
    queryKey: ["variables", events],
    queryFn: async ({ signal }): Promise<Variable[]> => {
      const { results: sources } = await answer(api.GET("/sources", { signal }));
      const ids = [INBOUND, ...sources.map((source) => source.id)].slice(0, SOURCES_MAX);
      const known = await Promise.all(ids.map((source_id) => answer(api.GET("/sources/{source_id}/events", { params: { path: { source_id } }, signal }))));
      const found = new Map<string, Variable>();
      const calls = known.flatMap((each) => each.results).toSorted((one, other) => Number(events.includes(other.name)) - Number(events.includes(one.name)));
      for (const { type, name, properties } of calls) {
        const isTraits = type === "identify";
        for (const { path, types, shapes } of properties) {
          const inList = path.lastIndexOf("[]");
          if (path.includes("*")) continue;
          const full = inList >= 0 ? `$.item${path.slice(inList + 2)}` : isTraits ? `profile.${path}` : path;
          const from = inList >= 0 ? `each of ${path.slice(0, inList)}` : isTraits ? "Profile" : name || type;
          const shape = shapes[0];
          if (!found.has(full)) found.set(full, { path: full, from, type: types[0] ?? "", ...(shape && { shape }) });
        }
      }
      for (const variable of WELL_KNOWN) if (!found.has(variable.path)) found.set(variable.path, variable);
      return [...found.values()];
    },
    staleTime: 60_000,
  });

/** The names of track events that came in, by how often. */
export const eventNamesQuery = queryOptions({
  queryKey: ["variables", "event names"],
  queryFn: async ({ signal }) => {
    const { results: sources } = await answer(api.GET("/sources", { signal }));
    const ids = [INBOUND, ...sources.map((source) => source.id)].slice(0, SOURCES_MAX);
    const known = await Promise.all(ids.map((source_id) => answer(api.GET("/sources/{source_id}/events", { params: { path: { source_id } }, signal }))));
    const counts = new Map<string, number>();
    for (const { type, name, count } of known.flatMap((each) => each.results)) if (type === "track") counts.set(name, (counts.get(name) ?? 0) + count);
    return [...counts].toSorted(([, one], [, other]) => other - one).map(([name]) => name);
  },
  staleTime: 60_000,
});

/** Calls of an event that came in last, to preview with. */
export const pastEventsQuery = (name: string | undefined) =>
  queryOptions({
    queryKey: ["inbound-events", "past", name ?? ""],
    queryFn: ({ signal }) => answer(api.GET("/inbound-events", { params: { query: { type: "track", limit: 10, ...(name && { name }) } }, signal })),
    staleTime: 10_000,
  });
