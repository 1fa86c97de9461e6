import type { StrategyBody } from "#/services/routingStrategies";

export type Method = "single" | "all";

/** One channel or provider, or several of which one or all are meant. The key names it while it is on screen. */
export type Wish = { key: number; name: string } | Group;
export interface Group {
  key: number;
  method: Method;
  of: readonly Wish[];
}

type Routing = StrategyBody["routing"];
type Item = Routing["channels"][number];

let keys = 0;
export const nextKey = () => (keys += 1);

export const isGroup = (wish: Wish): wish is Group => "of" in wish;

/** Reads what the API keeps; the older form of an item, an object with one channel, becomes its name. */
export function wishOf({ method, channels }: { method?: Method | null; channels?: readonly Item[] | null }): Group {
  const of = (channels ?? []).map((item): Wish => {
    if (typeof item === "string") return { key: nextKey(), name: item };
    return item.channel ? { key: nextKey(), name: item.channel } : wishOf(item);
  });
  return { key: nextKey(), method: method ?? "single", of };
}

/** Writes it back. Groups that hold nothing say nothing. */
export function routingOf(group: Group): Routing {
  const channels = group.of.flatMap((wish): Item[] => {
    if (!isGroup(wish)) return [wish.name];
    const inner = routingOf(wish);
    return inner.channels.length ? [inner] : [];
  });
  return { method: group.method, channels };
}

/** The names in it, however deep, each once. */
export function namesIn(group: Group): string[] {
  return [...new Set(group.of.flatMap((wish) => (isGroup(wish) ? namesIn(wish) : [wish.name])))];
}

/** Says it in a line: "Push, else Email and SMS". */
export function sentenceOf(group: Group, label: (name: string) => string): string {
  const parts = group.of.map((wish) => {
    if (!isGroup(wish)) return label(wish.name);
    const inner = sentenceOf(wish, label);
    return wish.of.length > 1 ? `(${inner})` : inner;
  });
  return parts.join(group.method === "all" ? " and " : ", else ");
}
