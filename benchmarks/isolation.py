"""What a provider that hangs does to the others: how long a track call takes to its email meanwhile.

Half of the calls go by email, half by a webhook whose server answers at once; then the same with a server that takes
requests and never answers. Both rounds carry the same load, so what differs is the hanging.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import ClassVar

import httpx
from clocked_sink import listen
from latency import API_KEY, design, free_port, load, serve
from report import Row, median, show

RATE = 100  # calls a second, of each kind
SECONDS = 6
ROUNDS = 3
BUDGET = 1.2
CONTENT = {
    "version": "2022-01-01",
    "elements": [{"type": "channel", "channel": "webhook", "elements": [{"type": "text", "content": "{{call}}"}]}],
}


class MoodySink(asyncio.Protocol):
    """An HTTP server that answers at once, or never."""

    hangs: ClassVar[bool] = False
    taken: ClassVar[int] = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        """Take requests, one after the other."""
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
        if not found or len(rest) < (length := int(lengths[0].split(b":")[1]) if lengths else 0):
            return
        self._buffer = rest[length:]
        MoodySink.taken += 1
        if not MoodySink.hangs:
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


async def measure() -> list[Row]:
    """Measure the emails' 99th percentile, with and without the hanging, each time on a server of its own.

    A server that was hung up on once asks the hanging one no more for a while: its circuit is open.
    """
    arrivals: dict[str, float] = {}
    mail, smtp_port = await listen(arrivals)
    web = await asyncio.get_running_loop().create_server(MoodySink, "127.0.0.1", 0)
    calm, hung = [], []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            process = serve(port, smtp_port, Path(folder), TIDINGS_PRIVATE_URLS="1")
            try:
                url = f"http://127.0.0.1:{port}"
                await design(url)
                await _design_webhook(url, web.sockets[0].getsockname()[1])
                MoodySink.hangs = False
                await _round(port, arrivals, f"warm-{number}")
                calm.append(await _round(port, arrivals, f"calm-{number}"))
                MoodySink.hangs, MoodySink.taken = True, 0
                hung.append(await _round(port, arrivals, f"hung-{number}"))
            finally:
                process.kill()  # it would wait for the hanging requests
                process.wait(timeout=60)
        print(f"{calm[-1]:.0f} ms, and {hung[-1]:.0f} ms with {MoodySink.taken} requests hanging")
        if not MoodySink.taken:
            raise SystemExit("the hanging server was not asked: nothing was measured")
    mail.close()
    web.close()
    return [
        median("email, p99 while the webhook's server answers", "ms", None, calm, less=True),
        median("email, p99 while it hangs", "ms", statistics.median(calm) * BUDGET, hung, less=True),
    ]


async def _design_webhook(url: str, port: int) -> None:
    headers = {"authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=10) as http:
        settings = {"url": f"http://127.0.0.1:{port}/"}
        made = await http.post("/providers", json={"provider": "webhook", "settings": settings})
        made.raise_for_status()
        notification = {"name": "Hook", "content": CONTENT, "tags": [], "brand": None, "subscription": None}
        template = await http.post("/notifications", json={"notification": {**notification, "routing": None}})
        template.raise_for_status()
        template_id = template.json()["id"]
        (await http.post(f"/notifications/{template_id}/publish", json={})).raise_for_status()
        mapped = {"id": template_id, "type": "notification"}
        (await http.put("/events/Segment-TrackEvent:Hook", json=mapped)).raise_for_status()


async def _round(port: int, arrivals: dict[str, float], name: str) -> float:
    """Load both; give the emails' 99th percentile, in milliseconds."""
    sent, _ = await asyncio.gather(
        load(port, RATE, SECONDS, name), load(port, RATE, SECONDS, f"hook-{name}", event="Hook")
    )
    deadline = time.perf_counter() + 30
    while not sent.keys() <= arrivals.keys():
        if time.perf_counter() > deadline:
            raise SystemExit(f"{len(sent.keys() - arrivals.keys())} of {len(sent)} calls never became an email")
        await asyncio.sleep(0.05)
    waits = sorted((arrivals[call] - at) * 1000 for call, at in sent.items())
    return waits[int(len(waits) * 0.99)]


if __name__ == "__main__":
    show(asyncio.run(measure()), "While one provider hangs")
