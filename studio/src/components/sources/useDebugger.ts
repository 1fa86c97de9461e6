import { useEffect, useReducer } from "react";
import { follow, type Line, type SeenCall } from "#/services/debugger";

const KEPT = 500; // calls; older ones are in the data log

export interface Seen {
  /** Newest first. */
  calls: readonly SeenCall[];
  /** What came while the list was paused, newest first. */
  held: readonly SeenCall[];
  paused: boolean;
  /** More came at some time than could be shown. */
  skipped: boolean;
  line: Line;
  error: unknown;
}

export type News = { call: SeenCall } | { line: Line; error?: unknown } | "skipped" | "pause" | "resume" | "clear";

export const NOTHING: Seen = { calls: [], held: [], paused: false, skipped: false, line: "opening", error: undefined };

/** Takes news into what is shown. A paused list stays as it is, and what comes meanwhile waits. */
export function seen(now: Seen, news: News): Seen {
  if (news === "skipped") return { ...now, skipped: true };
  if (news === "pause") return { ...now, paused: true };
  if (news === "resume") return { ...now, paused: false, calls: kept([...now.held, ...now.calls]), held: [] };
  if (news === "clear") return { ...now, calls: [], held: [], skipped: false };
  if ("line" in news) return { ...now, line: news.line, error: news.line === "open" ? undefined : (news.error ?? now.error) };
  if (now.paused) return { ...now, held: kept([news.call, ...now.held]) };
  return { ...now, calls: kept([news.call, ...now.calls]) };
}

function kept(calls: SeenCall[]): readonly SeenCall[] {
  return calls.slice(0, KEPT);
}

/** Follows a source's calls for as long as it is shown. */
export function useDebugger(sourceId: number) {
  const [state, tell] = useReducer(seen, NOTHING);
  useEffect(() => {
    const stop = new AbortController();
    void follow(
      sourceId,
      { onCall: (call) => tell({ call }), onSkipped: () => tell("skipped"), onLine: (line, error) => tell({ line, error }) },
      stop.signal,
    );
    return () => stop.abort();
  }, [sourceId]);
  return { state, tell };
}
