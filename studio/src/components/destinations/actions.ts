import type { Action } from "#/services/destinations";

/** What a filter can do with the calls that meet its condition. */
export const ACTIONS: Readonly<Record<Action["type"], string>> = {
  DROP: "are kept back",
  ONLY: "are let through, all others kept back",
  SAMPLE: "are let through in part",
  DROP_PROPERTIES: "lose some properties",
  ALLOW_PROPERTIES: "keep some properties only",
};

export function isAction(word: string | null): word is Action["type"] {
  return word !== null && word in ACTIONS;
}

/** An action as it begins. */
export function blankAction(type: Action["type"]): Action {
  switch (type) {
    case "SAMPLE":
      return { type, percent: 0.1, path: "userId" };
    case "DROP_PROPERTIES":
    case "ALLOW_PROPERTIES":
      return { type, fields: { properties: [] } };
    default:
      return { type };
  }
}

/** Says in a few words what an action does. */
export function saidOf(action: Action): string {
  switch (action.type) {
    case "DROP":
      return "keeps them back";
    case "ONLY":
      return "lets only them through";
    case "SAMPLE":
      return `lets ${Math.round(action.percent * 10_000) / 100} % of them through`;
    case "DROP_PROPERTIES":
      return `takes ${keys(action.fields)} out`;
    case "ALLOW_PROPERTIES":
      return `keeps only ${keys(action.fields)}`;
  }
}

function keys(fields: Record<string, string[]>): string {
  return Object.entries(fields)
    .flatMap(([path, names]) => names.map((name) => (path ? `${path}.${name}` : name)))
    .join(", ");
}
