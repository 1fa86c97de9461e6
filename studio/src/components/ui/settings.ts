import { z } from "zod";

/** What stands for a secret wherever settings are shown; sent back, it leaves the secret as it is. */
export const MASK = "********";

/** One setting, as the catalogues of providers and destinations describe it. */
export interface Setting {
  type: "string" | "boolean" | "number" | "enum" | "object" | "array";
  required?: boolean | undefined;
  description?: string | undefined;
  default?: unknown;
  secret?: boolean | undefined;
  /** Has many lines, as keys and certificates do. */
  multiline?: boolean | undefined;
  /** Of an enum. */
  values?: string[] | undefined;
  /** Of an object, when it has known ones; without them its keys are free. */
  properties?: Record<string, Setting> | undefined;
}

export type Settings = Record<string, Setting>;
export type Values = Record<string, unknown>;

const setting: z.ZodType<Setting> = z.lazy(() =>
  z.object({
    type: z.enum(["string", "boolean", "number", "enum", "object", "array"]).catch("string"),
    required: z.boolean().optional(),
    description: z.string().optional(),
    default: z.unknown().optional(),
    secret: z.boolean().optional(),
    multiline: z.boolean().optional(),
    values: z.array(z.string()).optional(),
    properties: z.record(z.string(), setting).optional(),
  }),
);

/** Reads the settings of an entry of a catalogue. */
export function settingsOf(entry: unknown): Settings {
  return z.record(z.string(), setting).parse(entry);
}

/** Writes a name for people: `from_address` is "From address". */
export function titleOf(name: string): string {
  const words = name.replaceAll("_", " ").replace(/\burl\b/g, "URL").replace(/\b(id|api|sid|ip|sms|smtp|json)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1).replace(/ s$/, " (seconds)");
}

/**
 * Gives what is to be sent: what is filled in, and null for what was set and is empty now. So it may be the whole, or be
 * merged into what is kept.
 */
export function filled(settings: Settings, values: Values, before: Values): Values {
  const result: Values = {};
  for (const [name, { properties }] of Object.entries(settings)) {
    const value = properties ? inner(properties, values[name], before[name]) : values[name];
    if (!isEmpty(value)) result[name] = value;
    else if (!isEmpty(before[name])) result[name] = null;
  }
  return result;
}

function inner(settings: Settings, value: unknown, before: unknown): unknown {
  const found = filled(settings, record(value), record(before));
  return Object.values(found).every((each) => each === null) ? undefined : found;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Takes a value as an object; what is none is an empty one. */
export function record(value: unknown): Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A refusal that says where: `settings.host: smtp needs the setting host`. */
export interface Fault {
  path: string;
  words: string;
}

/** Reads where a refusal is about, below a path; undefined when it is about no single field. */
export function faultOf(message: string, below = "settings"): Fault | undefined {
  const found = new RegExp(`^${below}\\.([\\w.-]+): (.+)$`, "s").exec(message);
  return found?.[1] && found[2] ? { path: found[1], words: found[2] } : undefined;
}
