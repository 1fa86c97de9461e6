import { useQuery } from "@tanstack/react-query";
import { environment } from "#/api/environment";
import { sessionQuery } from "./session";

/** Tells what whoever is signed in may see and change in this environment: areas are the tags of the API's description. */
export function useMay(): { sees: (area: string) => boolean; changes: (area: string) => boolean } {
  const { data: session } = useQuery(sessionQuery);
  const room = session?.environments.find(({ name }) => name === environment());
  return {
    sees: (area) => room?.sees.includes(area) ?? false,
    changes: (area) => room?.changes.includes(area) ?? false,
  };
}
