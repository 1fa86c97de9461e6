import { createParser } from "eventsource-parser";
import { answer, api, type Schemas } from "#/api/client";

export type SeenCall = Schemas["SeenCall"];

/** How the stream stands: it is being opened, it is open, or it broke off and will be opened again. */
export type Line = "opening" | "open" | "broken";

interface Listener {
  onCall: (call: SeenCall) => void;
  /** More came than could be shown. */
  onSkipped: () => void;
  onLine: (line: Line, error?: unknown) => void;
}

const RETRY_MS = 1000;
const RETRY_MS_MAX = 15_000;

/**
 * Follows a source's calls until it is told to stop. What breaks off is opened again after the last call that came, so
 * none is missed and none comes twice.
 */
export async function follow(sourceId: number, { onCall, onSkipped, onLine }: Listener, signal: AbortSignal): Promise<void> {
  let place: string | undefined;
  let rest = RETRY_MS;
  const parser = createParser({
    onEvent: ({ event, id, data }) => {
      if (id) place = id;
      rest = RETRY_MS;
      if (event === "call") onCall(JSON.parse(data) as SeenCall); // which the API's description promises of this event
      if (event === "skipped") onSkipped();
    },
  });
  while (!signal.aborted) {
    onLine("opening");
    let error: unknown;
    try {
      for await (const text of await opened(sourceId, place, signal)) {
        onLine("open");
        parser.feed(text);
      }
    } catch (reason) {
      error = reason;
    }
    parser.reset();
    if (!stopped(signal)) onLine("broken", error);
    await pause(rest, signal);
    rest = Math.min(rest * 2, RETRY_MS_MAX);
  }
}

async function opened(source_id: number, place: string | undefined, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const stream = await answer(
    api.GET("/sources/{source_id}/debugger/stream", {
      params: { path: { source_id }, query: { last: 50 }, header: place === undefined ? {} : { "Last-Event-ID": place } },
      parseAs: "stream",
      signal,
    }),
  );
  if (!stream) throw new Error("The server sent nothing.");
  return texts(stream);
}

async function* texts(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    reader.releaseLock();
  }
}

function stopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
