import { expect, it } from "vitest";
import { placeOf } from "./place";

it("finds the character that the refusal is about", () => {
  expect(placeOf("if: line 2, column 3: found `=` where a value could stand", "event = 'a'\n  = 1")).toEqual({
    text: "  = 1",
    column: 2,
    words: "found `=` where a value could stand",
  });
  expect(placeOf("line 1, column 99: found the end", "event")?.column).toBe(5);
});

it("points nowhere when the refusal does not", () => {
  expect(placeOf("if: is empty: write a condition, or `all`", "")).toBeUndefined();
});
