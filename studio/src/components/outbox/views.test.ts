import { expect, it } from "vitest";
import { viewsOf } from "./views";

it("finds an email's parts", () => {
  expect(viewsOf({ subject: "Hi", html: "<p>Hi</p>", text: "Hi", from: "a@x.test", n: 1 })).toEqual({
    html: "<p>Hi</p>",
    text: "Hi",
    facts: { Subject: "Hi", From: "a@x.test" },
  });
});

it("finds a push notification's words", () => {
  expect(viewsOf({ title: "Hi", body: "There", html: "" })).toEqual({ html: "", text: "There", facts: { Title: "Hi" } });
});

it("finds nothing where there is nothing to look at", () => {
  expect(viewsOf({ blocks: [] })).toEqual({ html: "", text: "", facts: {} });
});
