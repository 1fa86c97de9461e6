"""A rehearsal of the whole product: a server of its own sends by each provider, and is told what became of it."""

import asyncio
import contextlib
import json
import os
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any
from urllib.parse import urlsplit

from tidings.providers.catalog import CATALOG
from tidings.providers.http_client import HttpClient, Limits
from tidings.providers.http_message import HttpRequest, HttpResponse
from tidings.providers.url_guard import UrlGuard
from tidings.testing.http_service import HttpMood, HttpService, ServiceAnswer
from tidings.testing.news import DELIVERED, forged, news
from tidings.testing.scene import Scene
from tidings.testing.stands import STANDS, place

START_S = 60.0
END_S = 60.0
"""How long a message may take to end: one that is tried again waits some seconds."""
_ENDED = frozenset({"SENT", "DELIVERED", "FILTERED", "UNDELIVERABLE", "UNROUTABLE", "UNMAPPED"})
PLAYED = frozenset(STANDS)
"""Whom it knows: every provider with an HTTP API."""
_OBJECTS = {"web-push": "web_push", "msteams": "ms_teams"}


async def rehearse_product(keys: Sequence[str]) -> AsyncIterator[Scene]:
    """Play with each of these providers, all at once. Raises `OSError` when the server does not start."""
    async with contextlib.AsyncExitStack() as stack:
        services = {key: await stack.enter_async_context(STANDS[key].service()) for key in keys}
        server = await stack.enter_async_context(_server())
        players = [_Player(server, key, services[key]) for key in keys]
        for player in players:
            await player.begin()
        for scenes in asyncio.as_completed([asyncio.create_task(player.play()) for player in players]):
            for scene in await scenes:
                yield scene


class _Server:
    """A running server, asked as a client does."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self._key = key
        self._client = HttpClient(Limits(timeout_s=20, connections_max=64), guard=UrlGuard(allows_private=True))

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask for JSON; None where there is none yet."""
        headers = {"Authorization": f"Bearer {self._key}"}
        request = HttpRequest(method=method, url=self.url + path, headers=headers, json=body)
        answer = await self._client.call(request.encoded())
        return answer.json if isinstance(answer, HttpResponse) and answer.status < 300 else None

    async def post(self, request: HttpRequest) -> int:
        """Post as a service does, without a key; give the status, 0 for no answer."""
        answer = await self._client.call(request)
        return answer.status if isinstance(answer, HttpResponse) else 0

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()


@contextlib.asynccontextmanager
async def _server() -> AsyncIterator[_Server]:
    """Start a server on a free port, its data in a folder that goes with it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    key = f"pk_prod_{secrets.token_hex(16)}"
    with tempfile.TemporaryDirectory(prefix="tidings-rehearsal-") as folder:
        own = {
            "API_KEY": key,
            "DATA": f"{folder}/data",
            "PUBLIC_URL": url,
            "PRIVATE_URLS": "true",
            "LOG_LEVEL": "error",
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith("TIDINGS_")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tidings", "serve", "--port", str(urlsplit(url).port)),
            env={**others, **{f"TIDINGS_{name}": value for name, value in own.items()}},
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        server = _Server(url, key)
        try:
            deadline = time.monotonic() + START_S
            while await server.ask("GET", "/health/ready") is None:
                if process.returncode is not None or time.monotonic() > deadline:
                    raise OSError("the server of the rehearsal does not start")
                await asyncio.sleep(0.05)
            yield server
        finally:
            await server.close()
            if process.returncode is None:
                process.terminate()
            await process.wait()


class _Player:
    """One provider of that server."""

    def __init__(self, server: _Server, key: str, service: HttpService) -> None:
        self._server, self._key, self._service = server, key, service
        self._config_id = ""

    async def begin(self) -> None:
        """Switch the provider on at its local service."""
        settings = {"base_url": self._service.url, "timeout_s": 2, **STANDS[self._key].settings(self._service)}
        made = await self._server.ask("POST", "/providers", {"provider": self._key, "settings": settings})
        self._config_id = str((made or {}).get("id", ""))

    async def play(self) -> list[Scene]:
        """Play every scene; the order matters, for the service is in one mood at a time."""
        stand, service = STANDS[self._key], self._service
        where = place(stand.address, service)
        scenes = []
        message_id, scene = await self._send("the product sends a message", where, {"SENT"}, went_out=1)
        scenes.append(scene)
        if self._key in DELIVERED:
            scenes += await self._told(message_id)
        service.script(HttpMood.OUTAGE)
        _, scene = await self._send("503, and then it takes it", where, {"SENT"}, went_out=1)
        scenes.append(scene)
        service.script(HttpMood.RESET_AFTER)
        _, scene = await self._send("takes it and hangs up: never twice", where, {"SENT", "UNDELIVERABLE"}, went_out=1)
        scenes.append(scene)
        service.scripted_answers.append(ServiceAnswer(status=403, json={}))
        _, scene = await self._send(
            "refused: the next channel takes it", where, {"SENT"}, went_out=0, otherwise="inbox"
        )
        scenes.append(scene)
        if stand.bounces:
            bounces, ends = place(stand.bounces, service), {"UNDELIVERABLE", "FILTERED"}
            scenes.append((await self._send("a dead address", bounces, ends, went_out=0))[1])
        return scenes

    async def _send(
        self, scene: str, address: str, ends: Collection[str], *, went_out: int, otherwise: str = ""
    ) -> tuple[str, Scene]:
        """Send one message, and judge how it ends and how often it went out."""
        began, before = time.perf_counter(), sum(self._service.counted.values())
        asked = {
            "to": {"user_id": f"rehearsal-{secrets.token_hex(4)}", **_way(self._key, address)},
            "content": {"title": "A rehearsal", "body": scene},
            "routing": {"method": "single", "channels": [self._key, *([otherwise] if otherwise else [])]},
        }
        answer = await self._server.ask("POST", "/send", {"message": asked}) or {}
        message_id = str(answer.get("requestId", ""))
        status = await self._ended(message_id, _ENDED)
        counted = sum(self._service.counted.values()) - before
        ok = status in ends and counted == went_out
        return message_id, self._scene(scene, status, ok=ok, began=began)

    async def _told(self, message_id: str) -> list[Scene]:
        """Let the service report that a message arrived: forged first, then signed."""
        webhook = news(self._key, self._service, message_id, url=f"{self._server.url}/receipts/{self._config_id}")
        scenes = []
        for words, posted, right in (("a forged webhook", forged(webhook), 401), ("a webhook", webhook, 200)):
            began = time.perf_counter()
            url = f"{posted.url}1" if right != 200 else posted.url
            request = HttpRequest(method=posted.method, url=url, headers=posted.headers, body=posted.body)
            status = await self._server.post(request)
            became = await self._ended(message_id, {"DELIVERED"} if right == 200 else _ENDED)
            ok = status == right and became == ("DELIVERED" if right == 200 else "SENT")
            scenes.append(self._scene(words, f"{status}: {became}", ok=ok, began=began))
        return scenes

    async def _ended(self, message_id: str, ends: Collection[str]) -> str:
        deadline, status = time.monotonic() + END_S, ""
        while status not in ends and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
            status = str((await self._server.ask("GET", f"/messages/{message_id}") or {}).get("status", ""))
        return status

    def _scene(self, scene: str, outcome: str, *, ok: bool, began: float) -> Scene:
        return Scene(self._key, scene, outcome, ok, time.perf_counter() - began)


def _way(key: str, address: str) -> dict[str, Any]:
    """Say in a recipient's words where an address of a stand is."""
    match CATALOG[key].provider.channel, key:
        case "email", _:
            return {"email": address}
        case ("sms", _) | (_, "whatsapp"):
            return {"phone_number": address}
        case _, "apn" | "expo":
            return {key: {"token": address}}
        case _, "firebase-fcm":
            return {"firebaseToken": address}
        case _, "telegram":
            return {"telegram": {"chat_id": address}}
    return {_OBJECTS.get(key, key): json.loads(address)} if address.startswith("{") else {}
