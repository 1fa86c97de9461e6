import { expect, it } from "vitest";
import { brandColors } from "./brandColors";

const brand = (id: string, primary: string, is_default = false) => ({ id, is_default, settings: { colors: { primary } } });
const brands = [brand("old", "#111111"), brand("house", "#222222", true), brand("new", "#333333")];

it("takes the template's brand, and else the default, wherever that stands in the list", () => {
  expect(brandColors(brands, "new")).toEqual({ primary: "#333333" });
  expect(brandColors(brands, undefined)).toEqual({ primary: "#222222" });
  expect(brandColors(brands, "gone")).toEqual({ primary: "#222222" });
});

it("has no colours where no brand is the default", () => {
  expect(brandColors([brand("old", "#111111")], undefined)).toEqual({});
});
