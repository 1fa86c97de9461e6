/** Where an expression is wrong, as the API says it: `line 1, column 5: found …`. */
export interface Place {
  /** The line as it stands. */
  text: string;
  /** From 0. */
  column: number;
  words: string;
}

/** Reads where in `expression` a refusal points to; undefined when it points nowhere. */
export function placeOf(message: string, expression: string): Place | undefined {
  const found = /line (\d+), column (\d+): (.+)$/s.exec(message);
  if (!found?.[1] || !found[2] || !found[3]) return undefined;
  const text = expression.split("\n")[Number(found[1]) - 1];
  return text === undefined ? undefined : { text, column: Math.min(Number(found[2]) - 1, text.length), words: found[3] };
}
