import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";

export type Device = Schemas["TokenAnswer"];

/** The devices that a user can be reached on by push. */
export const devicesQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", id, "devices"],
    queryFn: ({ signal }) => answer(api.GET("/users/{user_id}/tokens", { params: { path: { user_id: id } }, signal })),
  });

/** Sends nothing to a device any more, but remembers it. */
export async function revokeDevice(id: string, token: string): Promise<void> {
  const patch: Schemas["Change"][] = [{ op: "replace", path: "/status", value: "revoked" }];
  await answer(api.PATCH("/users/{user_id}/tokens/{token}", { params: { path: { user_id: id, token } }, body: { patch } }));
}

/** Forgets a device. */
export async function forgetDevice(id: string, token: string): Promise<void> {
  await answer(api.DELETE("/users/{user_id}/tokens/{token}", { params: { path: { user_id: id, token } } }));
}
