"""Real processes: `tidings serve` as a user starts it, and a real SMTP server beside it."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

API_KEY = "pk_prod_0123456789abcdefghijklmnopqrstuvwxyz"
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"
START_S = 60.0
SOURCE = str(Path(__file__).parents[2] / "src")
sys.path.insert(0, str(Path(__file__).parent))  # the suites share `steady_load`


class Server(msgspec.Struct):
    """A running `tidings serve` and how to reach it."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]
    log: Path
    environment: Mapping[str, str]
    """What it was started with: with it a further worker joins, and a command finds its way."""

    def children(self) -> dict[str, int]:
        """Find the processes under the parent: {"api": pid, "worker": pid}."""
        found: dict[str, int] = {}
        listing = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in map(int, listing):
            with contextlib.suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                for role in ("api", "worker"):
                    if role.encode() in command:
                        found[role] = pid
        return found

    def cli(self, *arguments: str) -> Any:
        """Run a command on the same data and read its JSON."""
        command = [sys.executable, "-m", "tidings", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=False, timeout=60)  # noqa: S603
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    def stop(self) -> int:
        """Ask it to stop, as an operator would, and give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=40)
        finally:
            if self.process.poll() is None:
                self.process.kill()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(url: str) -> bool:
    """Tell whether the server is ready."""
    try:
        return httpx.get(f"{url}/health/ready", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def starter(folder: Path, running: list[Server]) -> Callable[..., Server]:
    """Make the function that starts servers in a folder."""

    def start(machine: Mapping[str, str] | None = None, **settings: str) -> Server:
        port = free_port()
        data = folder / "data"
        log = folder / f"server-{len(running)}.log"
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("TIDINGS_")},
            "TIDINGS_API_KEY": API_KEY,
            "TIDINGS_WRITE_KEY": WRITE_KEY,
            "TIDINGS_LOG_FORMAT": "json",
            "TIDINGS_DATA": str(data),
            "PYTHONPATH": SOURCE,
            **(machine or {}),
            **{f"TIDINGS_{key.upper()}": value for key, value in settings.items()},
        }
        with log.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 our own program
                [sys.executable, "-m", "tidings", "serve", "--port", str(port)],
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
        server = Server(f"http://127.0.0.1:{port}", data, process, log, environment)
        running.append(server)
        deadline = time.monotonic() + START_S
        while not answers(server.url) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert answers(server.url), log.read_text()
        return server

    return start


def stop_all(running: list[Server]) -> None:
    """Stop whatever still runs."""
    for server in running:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers; whatever still runs at the end is stopped."""
    running: list[Server] = []
    yield starter(tmp_path, running)
    stop_all(running)


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of a file, which keep to users of their own."""
    running: list[Server] = []
    try:
        start = starter(tmp_path_factory.mktemp("shared"), running)
        yield start(allow_private_destinations="true")
    finally:
        stop_all(running)


@pytest.fixture
def wait_until() -> Callable[..., Awaitable[None]]:
    """Wait for a fact, looking often; fail when it does not come true in time."""

    async def wait(fact: Callable[[], bool], *, seconds: float = START_S) -> None:
        deadline = time.monotonic() + seconds
        pause = 0.01
        while not await asyncio.to_thread(fact):
            if time.monotonic() > deadline:
                pytest.fail(f"the fact did not come true within {seconds} s")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.2)

    return wait


@pytest.fixture
async def api() -> AsyncIterator[Callable[[Server], httpx.AsyncClient]]:
    """Open clients of the Courier side, with the API key."""
    async with contextlib.AsyncExitStack() as stack:
        clients: list[httpx.AsyncClient] = []

        def open_client(server: Server) -> httpx.AsyncClient:
            client = httpx.AsyncClient(base_url=server.url, headers={"authorization": f"Bearer {API_KEY}"}, timeout=20)
            clients.append(client)
            stack.push_async_callback(client.aclose)
            return client

        yield open_client
