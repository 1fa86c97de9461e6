"""Services that destinations speak to, as real HTTP servers with moods. Needs the `testing` extra."""

import asyncio
import base64
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, Self

import msgspec
from aiohttp import web

Mood = Literal["ok", "bad_request", "unauthorized", "busy", "broken", "unsupported", "slow", "reset", "garbage"]
"""How a service answers: `busy` is 429 with `Retry-After`, `broken` 503, `garbage` no HTTP at all."""


class Received(msgspec.Struct):
    """A request that arrived."""

    path: str
    headers: dict[str, str]
    """By lower-case name."""
    raw: bytes
    mood: str
    method: str = "POST"

    @property
    def call(self) -> dict[str, Any]:
        """The call it carried."""
        found: dict[str, Any] = msgspec.json.decode(self.raw)
        return found


class HttpService:
    """A server on a free port of this machine that answers by its mood.

    `mood` may also be a function from the request to a mood, for services that are unwell with some calls only.
    """

    def __init__(self, *, mood: Mood | Callable[[Received], Mood] = "ok", retry_after_s: int = 1) -> None:
        self.mood = mood
        self.retry_after_s = retry_after_s
        self.received: list[Received] = []
        self.in_flight_max = 0
        self.url = ""
        self._in_flight = 0
        self._arrived = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Stop, and cut off what is under way."""
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def taken(self) -> list[Received]:
        """What was answered with success."""
        return [each for each in self.received if each.mood == "ok"]

    async def wait_for(self, count: int) -> None:
        """Wait until so many requests have arrived."""
        while len(self.received) < count:
            self._arrived.clear()
            await self._arrived.wait()

    def refusal(self, received: Received) -> Mood | None:  # noqa: ARG002 services with keys look at it
        """Refuse a request whatever the mood; None lets it through."""
        return None

    def success(self, received: Received) -> web.Response:  # noqa: ARG002 as above
        """Answer what is well."""
        return web.json_response({"ok": True})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self._in_flight += 1
        self.in_flight_max = max(self.in_flight_max, self._in_flight)
        try:
            headers = {name.lower(): value for name, value in request.headers.items()}
            received = Received(request.path, headers, await request.read(), "", request.method)
            wanted = self.mood(received) if callable(self.mood) else self.mood
            received.mood = self.refusal(received) or wanted
            self.received.append(received)
            self._arrived.set()
            return await self._in_mood(request, received)
        finally:
            self._in_flight -= 1

    async def _in_mood(self, request: web.Request, received: Received) -> web.StreamResponse:
        match received.mood:
            case "slow":
                await asyncio.sleep(60)
            case "reset" | "garbage":
                transport = request.transport
                if transport is not None:
                    if received.mood == "garbage":
                        transport.write(b"this is no HTTP\r\n\r\n")
                        transport.close()
                    else:
                        transport.abort()
            case "busy":
                headers = {"Retry-After": str(self.retry_after_s)}
                return web.json_response({"message": "too many requests"}, status=429, headers=headers)
        status = {"bad_request": 400, "unauthorized": 401, "broken": 503, "unsupported": 501}.get(received.mood)
        if status is not None:
            return web.json_response({"message": f"in a mood: {received.mood}"}, status=status)
        return self.success(received)


class CourierCloudService(HttpService):
    """Courier's `/inbound/segment` and `/debug`, as Segment meets them: Bearer, or Basic with the key as user.

    And `DELETE /profiles/{user_id}`, for which Courier's own API takes the same key.
    """

    def __init__(self, *, api_key: str = "pk_prod_test", **rest: Any) -> None:
        super().__init__(**rest)
        self._proofs = (f"Bearer {api_key}", f"Basic {base64.b64encode(f'{api_key}:'.encode()).decode()}")

    def refusal(self, received: Received) -> Mood | None:
        """Know the key and the two paths."""
        if received.headers.get("authorization") not in self._proofs:
            return "unauthorized"
        if received.method == "DELETE" and received.path.startswith("/profiles/"):
            return None
        if received.path not in ("/inbound/segment", "/debug"):
            return "bad_request"
        if received.path == "/inbound/segment" and received.call.get("type") not in ("identify", "track", "group"):
            return "unsupported"
        return None

    def success(self, received: Received) -> web.Response:
        """Answer as Courier does."""
        if received.method == "DELETE":
            return web.Response(status=204)
        if received.path == "/debug":
            return web.json_response({}, status=200)
        return web.json_response({"messageId": received.call.get("messageId")}, status=202)


class TrackingService(HttpService):
    """Another Tracking API: Basic with the write key as user, one path for each type."""

    def __init__(self, *, write_key: str = "wk_test", **rest: Any) -> None:
        super().__init__(**rest)
        self._proof = f"Basic {base64.b64encode(f'{write_key}:'.encode()).decode()}"

    def refusal(self, received: Received) -> Mood | None:
        """Know the key and the paths."""
        if received.headers.get("authorization") != self._proof:
            return "unauthorized"
        return None if received.path == f"/v1/{received.call.get('type')}" else "bad_request"

    def success(self, received: Received) -> web.Response:  # noqa: ARG002 every one is answered alike
        """Answer as Segment does."""
        return web.json_response({"success": True})
