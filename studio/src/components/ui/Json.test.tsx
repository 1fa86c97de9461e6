import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { draw } from "#/testing";
import { Json } from "./Json";

it("draws long lists a piece at a time", async () => {
  await draw(<Json value={Array.from({ length: 250 }, (_, index) => `value ${index}`)} />);
  expect(screen.queryByText('"value 100"')).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "150 more" }));
  expect(screen.getByText('"value 100"')).toBeTruthy();
});

it("tells what is empty, null and text apart", async () => {
  await draw(<Json value={{ a: {}, b: [], c: null, d: "null" }} />);
  expect(["{}", "[]", "null", '"null"'].map((text) => screen.getByText(text).tagName)).toEqual(["SPAN", "SPAN", "SPAN", "SPAN"]);
});
