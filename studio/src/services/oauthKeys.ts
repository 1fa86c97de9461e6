import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { SOURCES } from "./sources";

export type OAuthKey = Schemas["OAuthKeyAnswer"];

const at = (source_id: number) => ({ params: { path: { source_id } } });

/** The public keys of apps that may send a source's calls, oldest first. */
export const oauthKeysQuery = (id: number) =>
  queryOptions({
    queryKey: [...SOURCES, id, "oauth-keys"],
    queryFn: async ({ signal }) => (await answer(api.GET("/sources/{source_id}/oauth-keys", { ...at(id), signal }))).results,
  });

export const addOAuthKey = (id: number) => (body: Schemas["OAuthKeyBody"]) => answer(api.POST("/sources/{source_id}/oauth-keys", { ...at(id), body }));

export const removeOAuthKey = (source_id: number) => (oauth_key_id: string) =>
  answer(api.DELETE("/sources/{source_id}/oauth-keys/{oauth_key_id}", { params: { path: { source_id, oauth_key_id } } }));

/** What goes into a library beside the private key, under the names that Node's has. */
export const settingsOf = ({ auth_server, client_id, key_id }: OAuthKey) =>
  Object.entries({ authServer: auth_server, clientId: client_id, keyId: key_id })
    .map(([name, value]) => `${name}: '${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}',`)
    .join("\n");
