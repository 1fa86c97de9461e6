import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";

/** The browsers in which I am signed in, newest first. */
export const sessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: ({ signal }) => answer(api.GET("/account/sessions", { signal })),
});

/** My account; whoever came by the one-time link has none, and is refused. */
export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: ({ signal }) => answer(api.GET("/account", { signal })),
});

/** The ways to sign in that there are here. */
export const doorQuery = queryOptions({
  queryKey: ["door"],
  queryFn: ({ signal }) => answer(api.GET("/account/sign-in", { signal })),
  retry: false,
  staleTime: 5 * 60_000,
});

export const signIn = (body: Schemas["SignInBody"]) => answer(api.POST("/account/sign-in", { body }));
export const signOut = () => answer(api.DELETE("/account/sessions/current"));
export const signOutEverywhere = () => answer(api.DELETE("/account/sessions"));
export const endSession = (session_id: string) =>
  answer(api.DELETE("/account/sessions/{session_id}", { params: { path: { session_id } } }));

export const haveLinkSent = (email: string) => answer(api.POST("/account/forgotten", { body: { email } }));
export const checkLink = (token: string) => answer(api.POST("/account/links/check", { body: { token } }));
export const acceptLink = (body: Schemas["Acceptance"]) => answer(api.POST("/account/links/accept", { body }));

export const makeAccount = (body: Schemas["NewAccount"]) => answer(api.POST("/account", { body }));
export const rename = (name: string) => answer(api.PATCH("/account", { body: { name } }));
export const changePassword = (body: Schemas["PasswordChange"]) => answer(api.PUT("/account/password", { body }));

export const offerSecondFactor = (current_password: string) =>
  answer(api.POST("/account/second-factor", { body: { current_password } }));
export const switchSecondFactorOn = (body: Schemas["SecondFactorProof"]) => answer(api.PUT("/account/second-factor", { body }));
export const switchSecondFactorOff = (current_password: string) =>
  answer(api.POST("/account/second-factor/remove", { body: { current_password } }));
