import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "#/api/client";

/** By which channels a user can be reached as things stand now, and why not by the others. */
export const userChannelsQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", id, "channels"],
    queryFn: ({ signal }) => answer(api.GET("/users/{user_id}/channels", { params: { path: { user_id: id } }, signal })),
  });
