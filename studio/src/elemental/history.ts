/** What was, is, and was taken back: whole documents, which share what did not change. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** What the last change was about, and when (ms): typing on is one change. */
  readonly about: string;
  readonly at: number;
}

const STEPS_MAX = 200;
const PAUSE_MS = 1200;

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], about: "", at: 0 };
}

/** Notes a change. Changes that are about the same thing, without a pause between them, are taken back together. */
export function advance<T>(history: History<T>, present: T, about: string, at: number): History<T> {
  if (present === history.present) return history;
  const goesOn = about !== "" && about === history.about && at - history.at < PAUSE_MS && history.past.length > 0;
  const past = goesOn ? history.past : [...history.past, history.present].slice(-STEPS_MAX);
  return { past, present, future: [], about, at };
}

export function undo<T>(history: History<T>): History<T> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return { past: history.past.slice(0, -1), present, future: [history.present, ...history.future], about: "", at: 0 };
}

export function redo<T>(history: History<T>): History<T> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, about: "", at: 0 };
}
