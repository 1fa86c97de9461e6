import { isObject } from "#/elemental/node";
import type { Brand } from "#/services/brands";

/** The colours that a template is drawn in: its brand's, else those of the environment's default brand, as the server chooses. */
export function brandColors(
  brands: readonly Pick<Brand, "id" | "is_default" | "settings">[],
  chosen: string | undefined,
): Readonly<Record<string, string>> {
  const brand = brands.find((each) => each.id === chosen) ?? brands.find((each) => each.is_default);
  const colors: unknown = brand?.settings.colors;
  if (!isObject(colors)) return {};
  return Object.fromEntries(Object.entries(colors).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
