import { queryOptions } from "@tanstack/react-query";
import { api, ApiError, type Schemas } from "#/api/client";

/** How every component does. 503 is an answer here too: it says which one does not work. */
export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: async ({ signal }): Promise<Schemas["Readiness"]> => {
    const { data, error, response } = await api.GET("/health/ready", { signal });
    const told = data ?? (response.status === 503 ? (error) : undefined); // the same shape
    if (!told) throw new ApiError(`/health/ready answered ${response.status}`, response.status, "api_error");
    return told;
  },
  refetchInterval: 15_000,
});
