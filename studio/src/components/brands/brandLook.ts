import { isObject, type Json } from "#/elemental/node";

type Settings = Readonly<Record<string, Json | undefined>>;

/** Reads a value deep in a brand's settings. */
export function lookAt(settings: Settings, path: readonly string[]): string {
  let at: Json | undefined = settings;
  for (const step of path) at = isObject(at) ? at[step] : undefined;
  return typeof at === "string" ? at : "";
}

/** Sets a value deep in a brand's settings, and leaves the rest as it was; nothing takes it away. */
export function withLook(settings: Settings, path: readonly string[], value: Json | undefined): Settings {
  const [step, ...rest] = path;
  if (step === undefined) return settings;
  const within = settings[step];
  const next = rest.length ? withLook(isObject(within) ? within : {}, rest, value) : value;
  const out = { ...settings, [step]: next };
  if (next === undefined || (isObject(next) && rest.length > 0 && !Object.keys(next).length)) Reflect.deleteProperty(out, step);
  return out;
}
