import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "#/api/client";

const of = (id: string) => ({ params: { path: { user_id: id } } });

/** The lists that a user is on: the first hundred. */
export const userListsQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", id, "lists"],
    queryFn: ({ signal }) => answer(api.GET("/profiles/{user_id}/lists", { ...of(id), signal })),
  });

/** The audiences that a user is in, and why. */
export const userAudiencesQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", id, "audiences"],
    queryFn: ({ signal }) => answer(api.GET("/profiles/{user_id}/audiences", { ...of(id), signal })),
  });

/** The tenants that a user belongs to: the first hundred. */
export const userTenantsQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", id, "tenants"],
    queryFn: ({ signal }) =>
      answer(api.GET("/users/{user_id}/tenants", { params: { path: { user_id: id }, query: { limit: 100 } }, signal })),
  });

/** Puts a user on a list, which is made when it is not there. */
export async function joinList(id: string, listId: string): Promise<void> {
  await answer(api.POST("/profiles/{user_id}/lists", { ...of(id), body: { lists: [{ listId }] } }));
}

/** Takes a user off a list. */
export async function leaveList(id: string, listId: string): Promise<void> {
  await answer(api.DELETE("/lists/{list_id}/subscriptions/{user_id}", { params: { path: { list_id: listId, user_id: id } } }));
}

/** Takes a user out of a tenant. */
export async function leaveTenant(id: string, tenantId: string): Promise<void> {
  await answer(api.DELETE("/users/{user_id}/tenants/{tenant_id}", { params: { path: { user_id: id, tenant_id: tenantId } } }));
}
