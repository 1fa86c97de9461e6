import { expect, it } from "vitest";
import type { KnownEvent } from "#/services/sources";
import { completionAt, vocabularyOf } from "./completion";

const event = (type: string, name: string, ...paths: string[]) =>
  ({ type, name, properties: paths.map((path) => ({ path, types: [], formats: [], shapes: [], share: 1 })) }) as unknown as KnownEvent;

const KNOWN = vocabularyOf([
  event("track", "Order Completed", "total", "plan.name"),
  event("track", "It's here", "total"),
  event("identify", "", "email"),
  event("group", "", "total billed"),
]);

/** Completes where `|` stands. */
function complete(condition: string) {
  const caret = condition.indexOf("|");
  const text = condition.replace("|", "");
  const found = completionAt(text, caret, KNOWN);
  return found?.words.map((word) => text.slice(0, found.from) + word + text.slice(found.to));
}

it("knows what sources have sent, each path once and as FQL writes it", () => {
  expect(KNOWN.events).toEqual(["It's here", "Order Completed"]);
  expect(KNOWN.paths.filter((path) => /^(properties|traits)/.test(path))).toEqual(["properties.plan.name", "properties.total", "traits.email", "traits.total\\ billed"]);
});

it("completes paths and functions", () => {
  expect(complete("type = 'track' and properties.t|")).toEqual(["type = 'track' and properties.total"]);
  expect(complete("traits.total\\ b| > 5")).toEqual(["traits.total\\ billed > 5"]);
  expect(complete("!cont|")?.[0]).toBe("!context.ip");
  expect(complete("!contai|")).toEqual(["!contains("]);
  expect(complete("plan|")).toEqual(["properties.plan.name"]);
});

it("completes names of events within their quotes", () => {
  expect(complete("event = '|")).toEqual(["event = 'It\\'s here'", "event = 'Order Completed'"]);
  expect(complete("event != 'ord|' and type = 'track'")).toEqual(["event != 'Order Completed' and type = 'track'"]);
  expect(complete('event in ["Order Completed", "it|')).toEqual(['event in ["Order Completed", "It\'s here"']);
});

it("offers nothing within other texts, where nothing is begun, and for what is whole", () => {
  expect(complete("userId = 'prop|")).toBeUndefined();
  expect(complete("event = 'x' |")).toBeUndefined();
  expect(complete("properties.total|")).toBeUndefined();
});
