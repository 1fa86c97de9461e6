import type { KnownEvent } from "#/services/sources";

/** What a condition in FQL may name: what the catalogue of events knows. */
export interface Vocabulary {
  /** Names of track calls. */
  events: readonly string[];
  /** Paths as FQL writes them. */
  paths: readonly string[];
}

/** What may stand in a condition from one place to another. */
export interface Completion {
  from: number;
  to: number;
  words: readonly string[];
}

const WORDS_MAX = 8;
const ALWAYS = ["type", "event", "userId", "anonymousId", "messageId", "name", "groupId", "context.ip", "context.locale", "context.library.name"];
const PAGE = ["context.page.path", "context.page.url", "context.userAgent"];
const FUNCTIONS = ["contains(", "match(", "length(", "lowercase(", "uppercase(", "snakecase(", "kebabcase(", "titlecase(", "typeof(", "bool(", "string(", "number("];
const NAME = /\bevent\s*(?:!?=|in\s*\[(?:[^\]]*,)?)\s*(?<quote>['"])(?<typed>(?:\\.|(?!\k<quote>)[^\\])*)$/;
const STRINGS = /(['"])(?:\\.|(?!\1)[^\\])*\1/g;
const PATH = /(?:[A-Za-z0-9_.-]|\\.)+$/;

/** Gathers what sources have sent. */
export function vocabularyOf(known: readonly KnownEvent[]): Vocabulary {
  const events = known.filter(({ type }) => type === "track").map(({ name }) => name);
  const paths = known.flatMap(({ type, properties }) => {
    const root = type === "identify" || type === "group" ? "traits" : "properties";
    return properties.filter(({ path }) => !path.includes("[")).map(({ path }) => `${root}.${escaped(path)}`);
  });
  return { events: [...new Set(events)].sort(), paths: [...ALWAYS, ...[...new Set(paths)].sort(), ...PAGE] };
}

/** Finds what may be meant where the caret stands; undefined where nothing is begun. */
export function completionAt(text: string, caret: number, known: Vocabulary): Completion | undefined {
  const before = text.slice(0, caret);
  const named = NAME.exec(before)?.groups;
  if (named?.quote !== undefined && named.typed !== undefined) {
    const { quote, typed } = named;
    const words = matching(known.events, typed).map((name) => quoted(name, quote));
    return some({ from: caret - typed.length - 1, to: caret + (text.startsWith(quote, caret) ? 1 : 0), words });
  }
  if (/['"]/.test(before.replace(STRINGS, ""))) return undefined; // within a text of something else
  const typed = PATH.exec(before.replace(STRINGS, (string) => " ".repeat(string.length)))?.[0];
  if (!typed) return undefined;
  return some({ from: caret - typed.length, to: caret, words: matching([...known.paths, ...FUNCTIONS], typed) });
}

function some(found: Completion): Completion | undefined {
  return found.words.length > 0 ? found : undefined;
}

/** Those that begin so come first, then those of which a part does; what is whole already is none. */
function matching(words: readonly string[], typed: string): string[] {
  const wanted = typed.toLowerCase();
  const begin = words.filter((word) => word !== typed && word.toLowerCase().startsWith(wanted));
  const within = words.filter((word) => !begin.includes(word) && word !== typed && word.toLowerCase().includes(wanted));
  return [...begin, ...within].slice(0, WORDS_MAX);
}

function quoted(name: string, quote: string): string {
  return quote + name.replace(/[\\'"]/g, (sign) => (sign === "\\" || sign === quote ? `\\${sign}` : sign)) + quote;
}

function escaped(path: string): string {
  return path.replace(/[^A-Za-z0-9_.-]/g, (sign) => `\\${sign}`);
}
