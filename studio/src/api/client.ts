import createClient from "openapi-fetch";
import { environment } from "./environment";
import type { components, paths } from "./schema.gen";

/** What the API's types are called in its description: `Schemas["Message"]`. */
export type Schemas = components["schemas"];

/** The whole API, typed by its own description. The cookie signs in; the header says where, and keeps other sites out. */
export const api = createClient<paths>({ baseUrl: globalThis.location.origin });

api.use({
  onRequest({ request }) {
    request.headers.set("Tidings-Environment", environment()); // empty before anybody is signed in
    return request;
  },
});

/** A refusal, in the API's own words: they say what to do. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    message: string,
    readonly status: number,
    readonly type: string,
  ) {
    super(message);
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Gives what was answered. Throws `ApiError` when it was a refusal, or when nobody answered. */
export async function answer<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked.catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
    throw new ApiError("The server does not answer. Is tidings running?", 0, "network_error");
  });
  if (response.ok) return data as T; // without a body there is no data, and then T has none
  const words = isRefusal(error) ? error.message : `The server answered ${response.status} ${response.statusText}`;
  throw new ApiError(words, response.status, isRefusal(error) ? error.type : "api_error");
}

function isRefusal(value: unknown): value is Schemas["Refusal"] {
  return typeof value === "object" && value !== null && "message" in value && typeof value.message === "string";
}
