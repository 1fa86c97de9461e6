"""Idempotency keys: the same key is answered with the same request id (courier-api.md §0.4).

The id derives from the key, and messages and calls of the same id are kept once; so a key is honoured for as long as
its message is kept, which is longer than any expiry that may be asked for.
"""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Final

from litestar.params import HeaderParameter

from tidings.errors import InvalidInput

_KEY_LENGTH_MAX = 255
_YEAR_MS: Final = 366 * 24 * 3600 * 1000
_MILLISECONDS_FROM = 10**12  # as seconds that is the year 33658, so larger numbers mean milliseconds

IdempotencyKey = Annotated[
    str | None, HeaderParameter(name="Idempotency-Key", description="Repeating a request with it changes nothing.")
]
IdempotencyExpiration = Annotated[
    str | None, HeaderParameter(name="x-idempotency-expiration", description="Epoch seconds or ms, or ISO-8601.")
]


def check_idempotency(key: str | None, expiration: str | None, *, now: int) -> None:
    """Check both headers. Raises `InvalidInput` naming the header."""
    if key is not None and not 1 <= len(key) <= _KEY_LENGTH_MAX:
        raise InvalidInput(f"has 1 to {_KEY_LENGTH_MAX} characters", path="Idempotency-Key")
    if expiration is None:
        return
    at = _milliseconds(expiration.strip())
    if at is None or not now < at <= now + _YEAR_MS:
        raise InvalidInput(
            "is a time in the next year, as epoch seconds or milliseconds or ISO-8601", path="x-idempotency-expiration"
        )


def keyed_id(prefix: str, environment_id: int, endpoint: str, key: str) -> str:
    """Derive the id that every repetition of this idempotency key creates: a prefix and 26 characters."""
    digest = hashlib.blake2b(f"{environment_id}\n{endpoint}\n{key}".encode(), digest_size=13).hexdigest()
    return f"{prefix}_{digest}"


def _milliseconds(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 16:
        return number if (number := int(text)) >= _MILLISECONDS_FROM else number * 1000
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
