import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";

/** All accounts of the workspace, oldest first. */
export const teamQuery = queryOptions({
  queryKey: ["team"],
  queryFn: ({ signal }) => answer(api.GET("/accounts", { signal })),
});

const of = (account_id: string) => ({ params: { path: { account_id } } });

export const invite = (body: Schemas["Invitation"]) => answer(api.POST("/accounts", { body }));
export const changeMember = (id: string, body: Schemas["MemberPatch"]) => answer(api.PATCH("/accounts/{account_id}", { ...of(id), body }));
export const removeMember = (id: string) => answer(api.DELETE("/accounts/{account_id}", of(id)));
export const forgetIdentity = (id: string) => answer(api.DELETE("/accounts/{account_id}/identity", of(id)));
export const makeLink = (id: string, second_factor: "keep" | "remove") =>
  answer(api.POST("/accounts/{account_id}/link", { ...of(id), body: { second_factor, mail: false } }));

interface RoleWords {
  value: Schemas["Role"];
  label: string;
  /** What it is there for, in a line. */
  description: string;
}

/** The roles there are, the most powerful first. */
export const ROLES: readonly RoleWords[] = [
  { value: "admin", label: "Admin", description: "Everything, the team too" },
  { value: "manager", label: "Manager", description: "Everything but keys, the team and environments" },
  { value: "developer", label: "Developer", description: "Everything where messages are simulated; looks at the rest" },
  { value: "designer", label: "Designer", description: "Templates, brands, translations and what events send" },
  { value: "support_specialist", label: "Support Specialist", description: "Users, lists, and what becomes of messages" },
  { value: "analyst", label: "Analyst", description: "Looks, without logs and users; changes nothing" },
];

export function roleWords(role: Schemas["Role"]): string {
  return ROLES.find(({ value }) => value === role)?.label ?? role;
}
