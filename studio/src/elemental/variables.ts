/** A variable that a template may name. */
export interface Variable {
  /** As it stands between braces: `order.id`, `profile.email`. */
  readonly path: string;
  /** Whose it is: an event's, the profile's, the tenant's. */
  readonly from: string;
  readonly type?: string;
  /** What values look like: `AA-9999`. */
  readonly shape?: string;
}

/** What every profile may have, and what the server knows by itself. */
export const WELL_KNOWN: readonly Variable[] = [
  ...["name", "first_name", "last_name", "email", "phone_number", "locale", "timezone", "company"].map((field): Variable => ({ path: `profile.${field}`, from: "Profile", type: "string" })),
  { path: "tenant.name", from: "Tenant", type: "string" },
  { path: "brand.colors.primary", from: "Brand", type: "string" },
  { path: "urls.unsubscribe", from: "Links", type: "string" },
  { path: "urls.preferences", from: "Links", type: "string" },
  { path: "datetime.year", from: "Time", type: "number" },
  { path: "$.index", from: "A block that repeats", type: "number" },
];

/** How conditions and loops write it, where what an event brings is `data`. */
export function fullPath({ path }: Variable): string {
  return /^(\$|profile|tenant|brand)\./.test(path) ? path : `data.${path}`;
}

/**
 * Finds variables by what somebody typed: those that begin so come first, then those that have it in them. What a block
 * that repeats has of each turn begins with `$`, and is found by that alone.
 */
export function findVariables(variables: readonly Variable[], typed: string, limit = 12): Variable[] {
  const wanted = typed.trim().toLowerCase();
  const ranked = variables.map((variable) => ({ variable, rank: rank(variable.path.toLowerCase(), wanted) })).filter((each) => each.rank < 9);
  return ranked
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, limit)
    .map((each) => each.variable);
}

function rank(path: string, wanted: string): number {
  if (path.startsWith("$") && !wanted.startsWith("$")) return 9;
  if (!wanted || path.startsWith(wanted)) return 0;
  if (path.split(/[.[\]]+/).some((step) => step.startsWith(wanted))) return 1;
  if (path.includes(wanted)) return 2;
  return isWithin(wanted, path) ? 3 : 9;
}

/** Tells whether the letters stand in the text in this order. */
function isWithin(letters: string, text: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (!at) return false;
  }
  return true;
}

/** Finds the variable that somebody most likely meant; undefined when none is near. */
export function nearest(path: string, variables: readonly Variable[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(path.length / 4)) + 1;
  for (const { path: other } of variables) {
    const far = distance(path.toLowerCase(), other.toLowerCase(), least);
    if (far < least) [best, least] = [other, far];
  }
  return best;
}

/** Counts the letters to change, add or drop; stops at `most`. */
function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) >= most) return most;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? most;
}
