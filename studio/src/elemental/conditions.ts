import { isObject, type Json } from "./node";
import { isPath } from "./tags";

export const OPERATORS = [
  "equals",
  "not_equals",
  "greater_than",
  "less_than",
  "greater_than_or_equals",
  "less_than_or_equals",
  "contains",
  "not_contains",
  "is_empty",
  "is_not_empty",
] as const;

export type Operator = (typeof OPERATORS)[number];

export const OPERATOR_WORDS: Readonly<Record<Operator, string>> = {
  equals: "is",
  not_equals: "is not",
  greater_than: "is greater than",
  less_than: "is less than",
  greater_than_or_equals: "is at least",
  less_than_or_equals: "is at most",
  contains: "contains",
  not_contains: "does not contain",
  is_empty: "is empty",
  is_not_empty: "is not empty",
};

export interface Row {
  readonly property: string;
  readonly operator: Operator;
  readonly value?: string | number | boolean | null;
}

/** Rows joined by one word. Groups are joined by "or". */
export interface Group {
  readonly conditions: readonly Row[];
  readonly logical_operator: "and" | "or";
}

/** A condition that can be clicked together, or an expression that says more. */
export type Condition = { readonly groups: readonly Group[] } | { readonly expression: string };

export function takesValue(operator: Operator): boolean {
  return operator !== "is_empty" && operator !== "is_not_empty";
}

/** Reads an `if`, in either form. An expression that rows can say is shown as rows; it is written anew when changed. */
export function readCondition(said: Json | undefined): Condition | undefined {
  if (said === undefined || said === null) return undefined;
  if (Array.isArray(said)) {
    const groups = said.map(readGroup);
    return groups.every((group) => group !== undefined) ? { groups } : { expression: JSON.stringify(said) };
  }
  const expression = typeof said === "string" ? said : JSON.stringify(said);
  const groups = readExpression(expression);
  return groups ? { groups } : { expression };
}

export function writeGroups(groups: readonly Group[]): Json | undefined {
  const full = groups.filter((group) => group.conditions.length > 0);
  return full.length ? full.map((group) => ({ conditions: group.conditions.map((row) => ({ ...row })), logical_operator: group.logical_operator })) : undefined;
}

const SIGN_OF: Readonly<Partial<Record<Operator, string>>> = {
  equals: "==",
  not_equals: "!=",
  greater_than: ">",
  less_than: "<",
  greater_than_or_equals: ">=",
  less_than_or_equals: "<=",
};

/** Writes rows as an expression; undefined where an expression cannot say the same, such as "contains". */
export function expressionOf(groups: readonly Group[]): string | undefined {
  const parts = groups.map(({ conditions, logical_operator }) => {
    const rows = conditions.map(rowExpression);
    if (!rows.every((row) => row !== undefined)) return undefined;
    return rows.join(logical_operator === "and" ? " && " : " || "); // "and" binds closer than "or", which joins groups
  });
  return parts.every((part) => part !== undefined) ? parts.join(" || ") : undefined;
}

/** Writes rows as an expression where one can say the same: others who read it know that form. */
export function briefly(said: Json | undefined): Json | undefined {
  const condition = Array.isArray(said) ? readCondition(said) : undefined;
  return condition && "groups" in condition ? (expressionOf(condition.groups) ?? said) : said;
}

function rowExpression({ property, operator, value }: Row): string | undefined {
  const sign = SIGN_OF[operator];
  const literal = literalOf(value);
  return sign && isPath(property) && literal !== undefined ? `${property} ${sign} ${literal}` : undefined;
}

function literalOf(value: Row["value"]): string | undefined {
  if (typeof value !== "string") return /^(-?\d+(\.\d+)?|true|false|null)$/.exec(String(value ?? null))?.[0];
  if (value.includes("\\")) return undefined;
  return value.includes("'") ? (value.includes('"') ? undefined : `"${value}"`) : `'${value}'`;
}

/** Says a condition in a line. */
export function conditionText(said: Json | undefined): string {
  const condition = readCondition(said);
  if (!condition) return "";
  if ("expression" in condition) return condition.expression;
  return condition.groups.map((group) => group.conditions.map(rowText).join(` ${group.logical_operator} `)).join(" or ");
}

function rowText({ property, operator, value }: Row): string {
  return [property, OPERATOR_WORDS[operator], takesValue(operator) ? JSON.stringify(value ?? null) : ""].filter(Boolean).join(" ");
}

/** What somebody typed as a value: numbers and true, false, null are what they look like; quotes keep them text. */
export function readValue(typed: string): string | number | boolean | null {
  const text = typed.trim();
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  if (/^-?\d+(\.\d+)?$/.test(text) && text === String(Number(text))) return Number(text);
  return /^".*"$|^'.*'$/s.test(text) && text.length > 1 ? text.slice(1, -1) : typed;
}

export function writeValue(value: Row["value"]): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return String(value);
  return readValue(value) === value ? value : `"${value}"`;
}

function readGroup(said: Json): Group | undefined {
  if (!isObject(said) || !Array.isArray(said.conditions)) return undefined;
  const rows = said.conditions.map(readRow);
  if (!rows.every((row) => row !== undefined)) return undefined;
  return { conditions: rows, logical_operator: said.logical_operator === "or" ? "or" : "and" };
}

function readRow(said: Json): Row | undefined {
  if (!isObject(said) || typeof said.property !== "string") return undefined;
  const operator = OPERATORS.find((each) => each === said.operator);
  if (!operator) return undefined;
  const { value } = said;
  const isPlain = value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return { property: said.property, operator, ...(isPlain ? { value } : {}) };
}

const SIGNS: Readonly<Record<string, Operator>> = {
  "===": "equals",
  "==": "equals",
  "!==": "not_equals",
  "!=": "not_equals",
  ">=": "greater_than_or_equals",
  "<=": "less_than_or_equals",
  ">": "greater_than",
  "<": "less_than",
};
const COMPARISON = /^\s*([^\s=!<>'"()]+)\s*(===|!==|==|!=|>=|<=|>|<)\s*('[^'\\]*'|"[^"\\]*"|-?\d+(?:\.\d+)?|true|false|null)\s*$/;

/** Reads comparisons of a path with a value, joined by `&&` and `||` without brackets. */
function readExpression(expression: string): Group[] | undefined {
  const groups = expression.split("||").map((part): Group | undefined => {
    const rows = part.split("&&").map((each): Row | undefined => {
      const match = COMPARISON.exec(each);
      const [, path = "", sign = "", literal = ""] = match ?? [];
      const property = path.replace(/^\{\{?|\}?\}$/g, "");
      const operator = SIGNS[sign];
      return match && operator && isPath(property) ? { property, operator, value: readValue(literal) } : undefined;
    });
    return rows.every((row) => row !== undefined) ? { conditions: rows, logical_operator: "and" } : undefined;
  });
  if (!groups.every((group) => group !== undefined)) return undefined;
  const isFlat = groups.length > 1 && groups.every((group) => group.conditions.length === 1);
  return isFlat ? [{ conditions: groups.flatMap((group) => group.conditions), logical_operator: "or" }] : groups;
}
