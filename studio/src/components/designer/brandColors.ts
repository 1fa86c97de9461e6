import { isObject } from "#/elemental/node";
import type { Brand } from "#/services/brands";

/** The colours that a template is drawn in: its brand's, or those of the default brand, which is the oldest that is read first. */
export function brandColors(brands: readonly Pick<Brand, "id" | "settings">[], chosen: string | undefined): Readonly<Record<string, string>> {
  const brand = brands.find((each) => each.id === chosen) ?? brands[0];
  const colors: unknown = brand?.settings.colors;
  if (!isObject(colors)) return {};
  return Object.fromEntries(Object.entries(colors).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
