import { answer, api } from "#/api/client";
import { keysetQuery } from "./keyset";

/** What was changed, newest first. */
export const auditEventsQuery = keysetQuery(["audit-events"], (cursor, signal) =>
  answer(api.GET("/audit-events", { params: { query: { limit: 50, ...(cursor === undefined ? {} : { cursor }) } }, signal })),
);
