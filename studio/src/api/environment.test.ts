import { expect, it } from "vitest";
import { addressOf, chooseEnvironment, environment } from "./environment";

const NAMES = ["production", "test & more"];

it("is the first one when none is asked for", () => {
  expect(chooseEnvironment(NAMES, undefined)).toBe(true);
  expect(environment()).toBe("production");
});

it("is the one that is asked for, and none when there is none of that name", () => {
  expect(chooseEnvironment(NAMES, "test & more")).toBe(true);
  expect(environment()).toBe("test & more");
  expect(chooseEnvironment(NAMES, "staging")).toBe(false);
  expect(environment()).toBe("");
});

it("has an address of its own", () => {
  expect(NAMES.map((name) => addressOf(name, NAMES))).toEqual(["/studio/", "/studio/?environment=test%20%26%20more"]);
});
