import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";

export type RegulationType = Schemas["RegulationBody"]["regulationType"];

/** A request to suppress or to delete, and its receipt. It is asked again until it is done. */
export const regulationQuery = (id: string) =>
  queryOptions({
    queryKey: ["regulations", id],
    queryFn: async ({ signal }) => {
      const { data } = await answer(api.GET("/regulations/{regulate_id}", { params: { path: { regulate_id: id } }, signal }));
      return data.regulation;
    },
    refetchInterval: ({ state }) => (isOpen(state.data?.overallStatus) ? 1500 : false),
  });

const isOpen = (status?: string) => !status || status === "INITIALIZED" || status === "RUNNING";

/** Asks for a user to be suppressed, deleted, or let in again. Gives the id of the request. */
export async function regulate(userId: string, regulationType: RegulationType): Promise<string> {
  const body: Schemas["RegulationBody"] = { regulationType, subjectType: "USER_ID", subjectIds: [userId] };
  const { data } = await answer(api.POST("/regulations", { body }));
  return data.regulateId;
}
