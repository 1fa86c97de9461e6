import { expect, it } from "vitest";
import { actorOf, verbOf } from "./words";

it("writes what was done for people", () => {
  expect(verbOf("notifications:publish")).toBe("Notifications: publish");
  expect(verbOf("api-keys:create")).toBe("API keys: create");
  expect(verbOf("team:change_role")).toBe("Team: change role");
});

it("says who did it", () => {
  expect(actorOf({ actor: { kind: "account", id: "acc_1", email: "ann@example.com" } })).toBe("ann@example.com");
  expect(actorOf({ actor: { kind: "account", id: "acc_1", email: null } })).toBe("An account that was removed");
  expect(actorOf({ actor: { kind: "api_key", id: "key_1", email: null } })).toBe("An API key");
  expect(actorOf({ actor: { kind: "link", id: "", email: null } })).toBe("By the one-time link");
});
