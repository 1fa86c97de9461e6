"""What is said over HTTP, and what comes back: as values."""

from collections.abc import Mapping

import msgspec

ANSWER_BYTES_MAX = 16 * 1024
"""So much of an answer is read and shown; the rest is none of our business."""


class HttpRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request, whole."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""
    timeout_s: float = 10.0
    secret_headers: frozenset[str] = frozenset({"authorization"})
    """Lower-case names of headers that nobody is shown."""

    def __repr__(self) -> str:
        """Show neither headers nor body: a repr ends up in logs."""
        return f"HttpRequest({self.method})"


class HttpAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a service answered."""

    status: int
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    """By lower-case name."""
    body: bytes = b""
    """At most `ANSWER_BYTES_MAX`."""
    elapsed_ms: int = 0


class HttpFault(msgspec.Struct, frozen=True, kw_only=True):
    """There was no answer."""

    code: str
    """As Segment's delivery view says it: `ETIMEDOUT`, `ECONNREFUSED`, `ECONNRESET`, `ENOTFOUND`, `ETLS`, `BLOCKED`."""
    detail: str
    """What happened, without address or body."""
    is_final: bool = False
    """Trying again cannot help: the address is one that must not be called, or is none."""
    elapsed_ms: int = 0
