import { expect, it } from "vitest";
import { namesIn, routingOf, sentenceOf, wishOf } from "./wish";

const WISH = { method: "single" as const, channels: ["push", { method: "all" as const, channels: ["email", "sms"] }, "email"] };

it("writes back what it read", () => {
  expect(routingOf(wishOf(WISH))).toEqual(WISH);
});

it("says a wish in a line", () => {
  expect(sentenceOf(wishOf(WISH), (name) => name)).toBe("push, else (email and sms), else email");
  expect(namesIn(wishOf(WISH))).toEqual(["push", "email", "sms"]);
});

it("leaves out groups that hold nothing", () => {
  expect(routingOf(wishOf({ method: "all", channels: [{ method: "single", channels: [] }, "sms"] }))).toEqual({ method: "all", channels: ["sms"] });
});
