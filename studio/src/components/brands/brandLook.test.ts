import { expect, it } from "vitest";
import { lookAt, withLook } from "./brandLook";

it("reads and sets what is deep in a brand, and leaves the rest alone", () => {
  const settings = { colors: { primary: "#123456", mine: "#abcdef" }, email: { header: { logo: { image: "a" } } } };
  expect(lookAt(settings, ["email", "header", "logo", "image"])).toBe("a");
  expect(lookAt(settings, ["email", "footer", "markdown"])).toBe("");
  expect(withLook(settings, ["colors", "primary"], "#000000")).toEqual({ ...settings, colors: { primary: "#000000", mine: "#abcdef" } });
  expect(withLook(settings, ["email", "header", "logo", "image"], undefined)).toEqual({ colors: settings.colors });
});
