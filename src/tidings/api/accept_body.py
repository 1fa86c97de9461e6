"""A request's body: read in time, unpacked, and never more of it than may be."""

import asyncio
import zlib

from litestar.types import Receive

from tidings.api.accept_answer import Headers, Refusal
from tidings.errors import Unavailable
from tidings.spec import REQUEST_BYTES_MAX

WIRE_BYTES_MAX = REQUEST_BYTES_MAX + 1024
"""What comes over the wire: a body that does not compress grows by a few bytes when it is gzipped."""

BODIES_BYTES_MAX = 128 * 1024 * 1024
"""What may be on its way in at once: thousands of slow senders may not fill the memory."""

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's word for gzip with its largest window
_CLOSE = ((b"connection", b"close"),)  # the rest of the body is not waited for


class Disconnected(Exception):
    """The client went away before its body was complete."""


class Bodies:
    """Reads bodies, and bounds what is on its way in at once."""

    def __init__(self, *, timeout_s: float, bytes_max: int = BODIES_BYTES_MAX) -> None:
        self._timeout_s = timeout_s
        self._bytes_max = bytes_max
        self._bytes = 0

    async def read(self, receive: Receive, headers: Headers) -> bytes:
        """Read one. Raises as `read_body`, and `Unavailable` when too much is on its way already."""
        length = headers.get(b"content-length", b"")
        size = min(int(length), WIRE_BYTES_MAX) if length.isdigit() and len(length) <= 9 else WIRE_BYTES_MAX
        if self._bytes + size > self._bytes_max:
            raise Unavailable("too many requests are on their way in")
        self._bytes += size
        try:
            return await read_body(receive, headers, timeout_s=self._timeout_s)
        finally:
            self._bytes -= size


async def read_body(receive: Receive, headers: Headers, *, timeout_s: float) -> bytes:
    """Read a body whole and decode it: at most `REQUEST_BYTES_MAX` bytes.

    Raises `Refusal` for a body too large, too slow, or in an encoding that cannot be read; `Disconnected`.
    """
    encoding = headers.get(b"content-encoding", b"").strip().lower()
    if encoding not in {b"", b"identity", b"gzip", b"x-gzip"}:
        raise Refusal(415, "encoding_unsupported", "Content-Encoding must be gzip, or none")
    length = headers.get(b"content-length", b"")
    if length.isdigit() and (len(length) > 9 or int(length) > WIRE_BYTES_MAX):
        raise _too_large()
    try:
        async with asyncio.timeout(timeout_s):
            body = await _receive(receive)
    except TimeoutError:
        raise Refusal(408, "body_timeout", "the body took too long to arrive", headers=_CLOSE) from None
    if encoding.endswith(b"gzip") or body.startswith(_GZIP_MAGIC):  # JSON never begins so
        body = gunzip(body)
    if len(body) > REQUEST_BYTES_MAX:
        raise _too_large()
    return body


def gunzip(packed: bytes) -> bytes:
    """Unpack gzip, up to one byte more than a body may have: memory stays bounded whatever was packed.

    Raises `Refusal` for what is no gzip, not all of it, or followed by something else.
    """
    unpacking = zlib.decompressobj(_GZIP_WINDOW)
    try:
        body = unpacking.decompress(packed, REQUEST_BYTES_MAX + 1)
    except zlib.error:
        raise Refusal(400, "bad_request", "the body is not gzip, as it claims to be") from None
    if len(body) <= REQUEST_BYTES_MAX and (not unpacking.eof or unpacking.unused_data):
        raise Refusal(400, "bad_request", "the gzipped body is not complete, or not all")
    return body


async def _receive(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Disconnected
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > WIRE_BYTES_MAX:
            raise _too_large()
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunk if len(chunks) == 1 else b"".join(chunks)


def _too_large() -> Refusal:
    message = f"Exceed payload limit: a request may have {REQUEST_BYTES_MAX} bytes"
    return Refusal(413, "request_too_large", message, headers=_CLOSE)
