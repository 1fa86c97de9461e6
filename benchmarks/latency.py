"""How long from a track call to the provider having its email, at 500 calls/s, through the real processes."""

import asyncio
import base64
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from clocked_sink import listen
from report import Row, median, show

RATE = 500
SECONDS = 8
CONNECTIONS = 8
API_KEY = "pk_prod_0123456789abcdefghijklmnopqrstuvwxyz"
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"
ELEMENTS = [
    {
        "type": "channel",
        "channel": "email",
        "elements": [{"type": "meta", "title": "{{call}}"}, {"type": "text", "content": "Hi {{profile.name}}"}],
    }
]


async def measure() -> list[Row]:
    """Measure the median and the 99th percentile, in milliseconds."""
    arrivals: dict[str, float] = {}
    server, smtp_port = await listen(arrivals)
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        process = serve(port, smtp_port, Path(folder))
        try:
            url = f"http://127.0.0.1:{port}"
            await design(url)
            await load(port, RATE, 2, "warm")
            sent = await load(port, RATE, SECONDS, "call")
            deadline = time.perf_counter() + 20
            while not sent.keys() <= arrivals.keys() and time.perf_counter() < deadline:
                await asyncio.sleep(0.05)
        finally:
            process.terminate()
            process.wait(timeout=40)
    server.close()
    if missing := len(sent.keys() - arrivals.keys()):
        raise SystemExit(f"{missing} of {len(sent)} calls never reached the provider")
    waits = sorted((arrivals[call] - at) * 1000 for call, at in sent.items())
    half, most = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    return [
        median(f"track call to provider, p50 at {RATE} calls/s", "ms", 15, [half], less=True),
        median(f"track call to provider, p99 at {RATE} calls/s", "ms", 75, [most], less=True),
    ]


def free_port() -> int:
    """Find one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(port: int, smtp_port: int, folder: Path, **settings: str) -> subprocess.Popen[bytes]:
    """Start a server of our own, with its data in a folder."""
    environment = {
        **os.environ,
        "TIDINGS_API_KEY": API_KEY,
        "TIDINGS_WRITE_KEY": WRITE_KEY,
        "TIDINGS_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "TIDINGS_LOG_LEVEL": "warning",
        **settings,
    }
    command = [sys.executable, "-m", "tidings", "serve", "--port", str(port), "--data", str(folder / "data")]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


async def design(url: str) -> None:
    """Make a hundred users, and a template for the event."""
    headers = {"authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=10) as http:
        deadline = time.perf_counter() + 20
        while True:
            try:
                if (await http.get("/health/ready")).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            assert time.perf_counter() < deadline, "the server did not start"
            await asyncio.sleep(0.05)
        for number in range(100):
            profile = {"email": f"user{number}@example.com", "name": f"User {number}"}
            await http.post(f"/profiles/user{number}", json={"profile": profile})
        payload = {"name": "Bench", "tags": [], "brand": None, "subscription": None, "routing": None}
        content = {"version": "2022-01-01", "elements": ELEMENTS}
        created = await http.post("/notifications", json={"notification": {**payload, "content": content}})
        template_id = created.json()["id"]
        await http.post(f"/notifications/{template_id}/publish", json={})
        await http.put("/events/Segment-TrackEvent:Bench", json={"id": template_id, "type": "notification"})


async def load(port: int, rate: int, seconds: int, prefix: str, event: str = "Bench") -> dict[str, float]:
    """Send track calls at an even pace over some connections; give the time each was sent."""
    sent: dict[str, float] = {}
    total = rate * seconds
    began = time.perf_counter() + 0.05
    numbers = iter(range(total))

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            pause = began + number / rate - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            call = f"{prefix}-{number}"
            writer.write(_request(call, number, event))
            sent[call] = time.perf_counter()
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = next(
                int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
            )
            await reader.readexactly(length)
        writer.close()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return sent


def _request(call: str, number: int, event: str) -> bytes:
    body = json.dumps(
        {"userId": f"user{number % 100}", "event": event, "messageId": call, "properties": {"call": call}}
    ).encode()
    key = base64.b64encode(f"{WRITE_KEY}:".encode()).decode()
    return (
        f"POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


if __name__ == "__main__":
    show(asyncio.run(measure()), "From a track call to the provider")
