"""A request's body has a time limit, so that slow senders cannot hold connections."""

import asyncio
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

BODY_S_MAX = 30
"""1 MiB in 30 s is 35 kB/s: slower than any line we serve."""


class BodyDeadline:
    """Wraps the application: a body that does not arrive in time raises `TimeoutError` where it is read."""

    def __init__(self, app: ASGIApp, *, seconds: float = BODY_S_MAX) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch the body of an HTTP request until it is complete."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        ends_at = asyncio.get_running_loop().time() + self._seconds
        complete = False

        async def timely() -> Any:
            nonlocal complete
            if complete:  # what follows is the wait for a disconnect, which may be long
                return await receive()
            async with asyncio.timeout_at(ends_at):
                message = await receive()
            complete = not (message["type"] == "http.request" and message.get("more_body", False))
            return message

        await self._app(scope, timely, send)
