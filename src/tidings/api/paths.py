"""Paths are split before they are decoded, so that an id may hold any character.

Servers hand applications a path that is decoded already, in which `/profiles/a%2Fb` cannot be told from
`/profiles/a/b`. So requests are routed by their raw path, with `/` and `%` inside a segment kept escaped, and path
parameters get their own characters back afterwards.
"""

from typing import Any
from urllib.parse import unquote

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from tidings.errors import InvalidInput
from tidings.links import TICKET_MAX

_LONGER = {"ticket": TICKET_MAX}


class RawPaths:
    """Wraps the application: routes by the path as it was sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the raw path, its segments decoded one by one, where the router looks."""
        raw = scope.get("raw_path") if scope["type"] == ScopeType.HTTP else None
        if raw:
            scope["path"] = routable(raw)
        await self._app(scope, receive, send)


def routable(raw_path: bytes) -> str:
    """Decode each segment; `/` and `%` inside one stay escaped. What is no UTF-8 becomes U+FFFD, refused later."""
    path = raw_path.partition(b"?")[0].decode("latin-1")
    return "/".join(_escape(unquote(segment)) for segment in path.split("/"))


def _escape(segment: str) -> str:
    return segment.replace("%", "%25").replace("/", "%2F")


class DecodedParameters:
    """Runs after routing: gives path parameters their own characters back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Decode, and refuse what no id can be."""
        parameters: dict[str, Any] = scope.get("path_params") or {}
        if parameters:
            scope["path_params"] = {
                name: decoded(name, value) if isinstance(value, str) else value  # the router has read numbers already
                for name, value in parameters.items()
            }
        await self._app(scope, receive, send)


def decoded(name: str, value: str) -> str:
    """Give a parameter its characters back. Raises `InvalidInput` for NUL, bad UTF-8 and what is too long for an id."""
    text = value.replace("%2F", "/").replace("%25", "%")
    if "\x00" in text or "\ufffd" in text:
        raise InvalidInput("an id is text in UTF-8 without NUL", path=name)
    longest = _LONGER.get(name, 1024)
    if len(text.encode()) > longest:
        raise InvalidInput(f"an id has {longest} bytes at most", path=name)
    return text
