import { briefly } from "#/elemental/conditions";
import type { Json } from "#/elemental/node";
import type { StrategyBody } from "#/services/routingStrategies";

/** Settings of a channel or a provider, as the API has them; only some are shown, and all are kept. */
export type Settings = Readonly<Record<string, unknown>>;
export type Named = Readonly<Record<string, Settings>>;

/** Settings by name. The API describes them as objects of anything. */
export const namedOf = (value: StrategyBody["channels"]): Named => value ?? {};

/** One setting changed; what says nothing is left out. */
export function withSetting(all: Named, name: string, key: string, value: unknown): Named {
  const rest = without(all[name] ?? {}, key);
  const changed = value === undefined ? rest : { ...rest, [key]: value };
  const others = without(all, name);
  return Object.keys(changed).length ? { ...others, [name]: changed } : others;
}

/** When it is used; undefined for always. */
export const conditionIn = (settings: Settings | undefined): Json | undefined => settings?.if as Json | undefined; // of the API, so it came as JSON

/** What is kept: conditions as expressions wherever one can say the same, as Courier's clients write them. */
export function kept(all: Named): Record<string, Settings> {
  return Object.fromEntries(Object.entries(all).map(([name, settings]) => [name, "if" in settings ? { ...settings, if: briefly(conditionIn(settings)) } : settings]));
}

/** The providers of a channel, in order; none where any will do. */
export function providersIn(settings: Settings | undefined): string[] {
  const named = settings?.providers;
  return Array.isArray(named) ? named.filter((each): each is string => typeof each === "string") : [];
}

/** For how many minutes it is tried; of a channel, its own time. Undefined where nothing is said, or it is said for each name. */
export function minutesOf(settings: Settings | undefined): number | undefined {
  const said = settings?.timeouts ?? settings?.timeout;
  const own = typeof said === "object" && said !== null && "channel" in said ? said.channel : said;
  return typeof own === "number" ? own / 60_000 : undefined;
}

/** The same, written back beside what else is said of times. */
export function withMinutes(all: Named, name: string, minutes: number | undefined, ofChannel: boolean): Named {
  const said = all[name]?.timeouts ?? all[name]?.timeout;
  const cleared = withSetting(withSetting(all, name, "timeout", undefined), name, "timeouts", undefined);
  const ms = minutes === undefined ? undefined : Math.round(minutes * 60_000);
  if (!ofChannel || typeof said !== "object" || said === null) return withSetting(cleared, name, "timeouts", ms);
  const others = without(said as Record<string, unknown>, "channel"); // an object, as was just seen
  const kept = ms === undefined ? others : { ...others, channel: ms };
  return withSetting(cleared, name, "timeouts", Object.keys(kept).length ? kept : undefined);
}

function without<T>(object: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
