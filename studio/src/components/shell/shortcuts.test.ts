import { describe, expect, it } from "vitest";
import { SCREENS } from "#/navigation";
import { goSequence, isTyping } from "./shortcuts";

describe("goSequence", () => {
  it("gives the letter that follows g within a second", () => {
    const feed = goSequence();
    expect(feed("g", 0)).toBeUndefined();
    expect(feed("h", 999)).toBe("h");
    expect(feed("h", 1000)).toBeUndefined();
  });

  it("forgets a g that was long ago", () => {
    const feed = goSequence();
    feed("g", 0);
    expect(feed("h", 1000)).toBeUndefined();
  });
});

it("tells typing from commanding", () => {
  expect(isTyping(document.createElement("textarea"))).toBe(true);
  expect(isTyping(document.createElement("button"))).toBe(false);
  expect(isTyping(null)).toBe(false);
});

it("leads each letter to one screen", () => {
  const keys = SCREENS.map((screen) => screen.key);
  expect(new Set(keys).size).toBe(keys.length);
});
