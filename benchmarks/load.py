"""A closed-loop HTTP load generator for the front door, in a process of its own.

Each connection sends a prebuilt request, waits for the whole answer and sends the next. `accept.py` starts it:

    python benchmarks/load.py --port 8000 --shape batch --connections 32 --seconds 4
"""

import argparse
import asyncio
import base64
import json
import time
from array import array
from typing import cast

import msgspec
import uvloop

WRITE_KEY = "bench"
GRACE_S = 30.0
"""A server that leaves a request unanswered for longer fails the run."""

CALLS = {"batch": 100, "single": 1}


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What one run measured, seen from outside."""

    shape: str
    connections: int
    requests: int
    calls_per_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    refused: int
    """Answers other than 200. A run with any is no measurement."""


def call(number: int) -> dict[str, object]:
    """Make a call as an SDK sends it, about 400 bytes; half identify, half track."""
    body: dict[str, object] = {
        "messageId": f"node-next-1700000000000-{number:036d}",
        "timestamp": "2026-11-23T10:00:00.000Z",
        "userId": f"user-{number * 7919 % 100_000}",
        "context": {"library": {"name": "@segment/analytics-node", "version": "2.3.0"}},
        "integrations": {},
        "_metadata": {"nodeVersion": "22.1.0", "jsRuntime": "node"},
    }
    if number % 2:
        return body | {"type": "identify", "traits": {"email": f"u{number}@example.com", "name": "Ann", "plan": "pro"}}
    return body | {"type": "track", "event": "Order Completed", "properties": {"order_id": str(number), "total": 27.5}}


def request(shape: str) -> bytes:
    """Compose one whole HTTP request."""
    if shape == "batch":
        content = {"batch": [call(number) for number in range(100)], "sentAt": "2026-11-23T10:00:01.000Z"}
        path = "/v1/batch"
    else:
        content, path = call(0) | {"sentAt": "2026-11-23T10:00:01.000Z"}, "/v1/track"
    body = json.dumps(content, separators=(",", ":")).encode()
    key = base64.b64encode(f"{WRITE_KEY}:".encode()).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection(asyncio.Protocol):
    """One keep-alive connection; notes how long each answer took."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._received = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        # uvloop's transports have a tree of their own; a connected socket's is always one that writes.
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take an answer, and send the next request once it is whole."""
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < self._load.length_of(head):
            return
        self._load.answered(time.perf_counter() - self._sent_at, ok=head.startswith(b"HTTP/1.1 200"))
        self._received = b""
        if self._load.goes_on():
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that this one is done."""
        self._load.done(early=self._load.goes_on(), error=exc)

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._load.request)


class Load:
    """All connections of a run."""

    def __init__(self, shape: str, connections: int) -> None:
        self.request = request(shape)
        self._shape = shape
        self._connections = self._open = connections
        self._latencies_s = array("d")
        self._refused = 0
        self._heads: dict[bytes, int] = {}
        self._until = 0.0
        self._finished = asyncio.Event()

    def length_of(self, head: bytes) -> int:
        """Find the answer's length; heads repeat, but for their date."""
        length = self._heads.get(head)
        if length is None:
            fields = [line.lower().partition(b":") for line in head.split(b"\r\n")[1:]]
            length = self._heads[head] = next(int(value) for name, _, value in fields if name == b"content-length")
        return length

    def goes_on(self) -> bool:
        """Tell whether the run has time left."""
        return time.perf_counter() < self._until

    def answered(self, took_s: float, *, ok: bool) -> None:
        """Note an answer."""
        self._latencies_s.append(took_s)
        self._refused += not ok

    def done(self, *, early: bool, error: Exception | None) -> None:
        """Note that a connection ended; the run is over with the last."""
        self._refused += early or error is not None
        self._open -= 1
        if not self._open:
            self._finished.set()

    async def run(self, port: int, seconds: float) -> Figures:
        """Load the server for so long."""
        began = time.perf_counter()
        self._until = began + seconds
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            *(loop.create_connection(lambda: Connection(self), "127.0.0.1", port) for _ in range(self._connections))
        )
        async with asyncio.timeout(seconds + GRACE_S):
            await self._finished.wait()
        return self._figures(time.perf_counter() - began)

    def _figures(self, took_s: float) -> Figures:
        latencies_s = sorted(self._latencies_s)
        count = len(latencies_s)
        return Figures(
            shape=self._shape,
            connections=self._connections,
            requests=count,
            calls_per_s=count * CALLS[self._shape] / took_s,
            p50_ms=latencies_s[count // 2] * 1000,
            p99_ms=latencies_s[count * 99 // 100] * 1000,
            max_ms=latencies_s[-1] * 1000,
            refused=self._refused,
        )


async def _run(shape: str, connections: int, port: int, seconds: float) -> Figures:
    return await Load(shape, connections).run(port, seconds)


def main() -> None:
    """Run once and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--shape", choices=sorted(CALLS), default="batch")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    figures = uvloop.run(_run(options.shape, options.connections, options.port, options.seconds))
    print(msgspec.json.encode(figures).decode())


if __name__ == "__main__":
    main()
