import type { Schemas } from "#/api/client";

/** Writes what was done for people: `api-keys:create` is "API keys: create". */
export function verbOf(type: string): string {
  const [area = "", verb = ""] = type.split(":");
  const words = area.replaceAll("-", " ").replace(/^api\b/, "API");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${verb.replaceAll("_", " ")}`;
}

/** Says who did it. */
export function actorOf({ actor }: Pick<Schemas["AuditEventAnswer"], "actor">): string {
  switch (actor.kind) {
    case "account":
      return actor.email ?? "An account that was removed";
    case "api_key":
      return "An API key";
    case "link":
      return "By the one-time link";
    case "identity":
      return "Somebody whom the identity provider sent";
    case "provider":
      return "A recipient, by text message";
  }
}
