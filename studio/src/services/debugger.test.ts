import { expect, it, vi } from "vitest";
import { api } from "#/api/client";
import { follow, type SeenCall } from "./debugger";

const encoder = new TextEncoder();

function streaming(...texts: string[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of texts) controller.enqueue(encoder.encode(text));
      controller.close();
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

it("goes on after the last call when the stream breaks off", async () => {
  vi.useFakeTimers();
  const asked: (string | null)[] = [];
  const stop = new AbortController();
  const server = {
    onRequest({ request }: { request: Request }) {
      asked.push(request.headers.get("Last-Event-ID"));
      if (asked.length === 2) return streaming('id: b\nevent: call\ndata: {"id":"2"}\n\nid: b\nevent: skipped\ndata: {}\n\n');
      if (asked.length > 2) stop.abort();
      return streaming("retry: 1000\n\nid: a\nevent: call\nda", 'ta: {"id":"1"}\n\nid: x\nevent: call\ndata: {"cut');
    },
  };
  api.use(server);
  const calls: string[] = [];
  const lines: string[] = [];
  const onSkipped = vi.fn();

  const following = follow(7, { onCall: (call: SeenCall) => calls.push(call.id), onSkipped, onLine: (line) => lines.push(line) }, stop.signal);
  await vi.advanceTimersByTimeAsync(5000);
  await following;

  expect(asked).toEqual([null, "a", "b"]);
  expect(calls.slice(0, 2)).toEqual(["1", "2"]);
  expect(onSkipped).toHaveBeenCalledOnce();
  expect(lines.slice(0, 2)).toEqual(["opening", "open"]);
  expect(lines).toContain("broken");
  vi.useRealTimers();
  api.eject(server);
});
