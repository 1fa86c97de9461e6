"""What callers of the Segment side are answered (segment.md §1.3, §1.5)."""

from collections.abc import Mapping
from typing import Final

import msgspec
from litestar.types import Send

Header = tuple[bytes, bytes]
Headers = Mapping[bytes, bytes]

SUCCESS: Final = b'{"success":true}'
METHODS: Final = b"GET, POST, OPTIONS"
PREFLIGHT_S: Final = b"600"
"""How long a browser remembers a preflight; Chromium caps it at two hours, and keys do change."""


class Answer(msgspec.Struct, frozen=True):
    """A status, a body, and headers beside those that every answer has."""

    status: int
    body: bytes
    headers: tuple[Header, ...] = ()
    content_type: bytes = b"application/json"


class Refusal(Exception):
    """A request is not taken. Every JSON body has `code` and `message`: without either, clients retry for ever."""

    def __init__(self, status: int, code: str, message: str, *, headers: tuple[Header, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers

    def answer(self) -> Answer:
        """Make the answer."""
        body = {"success": False, "code": self.code, "message": self.message}
        return Answer(self.status, msgspec.json.encode(body), self.headers)


def accepted(message_id: str | None = None) -> Answer:
    """Say that all of it is kept: exactly 200, anything else is repeated by older libraries."""
    if message_id is None:
        return _ACCEPTED
    return Answer(200, msgspec.json.encode({"success": True, "messageId": message_id}))


_ACCEPTED = Answer(200, SUCCESS)


def preflight(headers: Headers) -> Answer:
    """Allow what a browser asks for: which headers clients send changes with every version, so all are reflected."""
    allowed: list[Header] = [(b"access-control-allow-methods", METHODS), (b"access-control-max-age", PREFLIGHT_S)]
    if wanted := headers.get(b"access-control-request-headers"):
        allowed.append((b"access-control-allow-headers", wanted))
    if headers.get(b"access-control-request-private-network") == b"true":
        allowed.append((b"access-control-allow-private-network", b"true"))
    return Answer(204, b"", tuple(allowed))


async def respond(send: Send, answer: Answer, origin: bytes | None) -> None:
    """Send an answer; errors too show browsers that they may read them, or they would take them for network faults."""
    headers: list[Header] = [*answer.headers, (b"vary", b"Origin")]
    if answer.status != 204:
        headers += [(b"content-type", answer.content_type), (b"content-length", b"%d" % len(answer.body))]
    if origin is not None:
        headers += [(b"access-control-allow-origin", origin), *_READABLE]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


_READABLE: tuple[Header, ...] = (
    (b"access-control-allow-credentials", b"true"),
    (b"access-control-expose-headers", b"Retry-After, X-RateLimit-Reset"),
)
