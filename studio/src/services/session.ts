import { queryOptions } from "@tanstack/react-query";
import { answer, api, ApiError } from "#/api/client";

/** Who is signed in, and where to; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () =>
    answer(api.GET("/studio/session")).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }),
  staleTime: 5 * 60_000,
});
