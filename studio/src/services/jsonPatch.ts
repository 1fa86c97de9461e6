export type Traits = Record<string, unknown>;

/** One step of a JSON Patch (RFC 6902). */
export interface Operation {
  op: "test" | "add" | "replace" | "remove";
  path: string;
  value?: unknown;
}

/**
 * What makes one object of another. Objects are compared key by key, lists as a whole.
 *
 * What is replaced or removed is tested first: when somebody else has changed it meanwhile, nothing is written.
 */
export function patchOf(before: Traits, after: Traits, path = ""): Operation[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => {
    const place = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const [old, now] = [before[key], after[key]];
    if (!(key in before)) return [{ op: "add", path: place, value: now }];
    if (isSame(old, now)) return [];
    const test: Operation = { op: "test", path: place, value: old };
    if (!(key in after)) return [test, { op: "remove", path: place }];
    return isTraits(old) && isTraits(now) ? patchOf(old, now, place) : [test, { op: "replace", path: place, value: now }];
  });
}

/** Reads what was typed as a profile. Gives what is wrong with it otherwise. */
export function readTraits(text: string): Traits | string {
  try {
    const value: unknown = JSON.parse(text);
    return isTraits(value) ? value : "A profile is an object: it stands between { and }.";
  } catch (error) {
    return `This is no JSON yet: ${error instanceof Error ? error.message : "look at quotes and commas"}`;
  }
}

function isTraits(value: unknown): value is Traits {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  if (!isTraits(one) || !isTraits(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && isSame(one[key], other[key]));
}
