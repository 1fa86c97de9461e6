import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";

/** Does something to the server, and then has everything read again that it may have changed. */
export function useChange<A, T>(act: (argument: A) => Promise<T>, ...stale: readonly QueryKey[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
