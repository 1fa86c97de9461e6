import { expect, it } from "vitest";
import { meant } from "./words";

it("reads what an entry means, whatever stands in it", () => {
  expect(meant("user:a:b")).toEqual({ kind: "user", value: "a:b" });
  expect(meant("email:ann@example.com")).toEqual({ kind: "email", value: "ann@example.com" });
});
