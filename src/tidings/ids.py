"""Identifiers. Ids of effects derive from their cause, so that a replay creates nothing twice.

Requests and messages look like Courier's: `1-<8 hex: epoch seconds>-<24 hex>`. Where a call in the stream is
the cause, the 24 hex digits hold the call's place in the stream; so the id needs no index to be found again.
"""

import hashlib
import secrets

_POSITION_BITS = 63
_INDEX_BITS = 12
INDEX_MAX = (1 << _INDEX_BITS) - 1
"""Most records that one stream entry can hold, less one."""


def position(offset: int, index: int) -> int:
    """Name one record of the stream: its entry's offset and its place in the entry, as one number of 63 bits."""
    return offset << _INDEX_BITS | index


def derived_id(received_at: int, at: int) -> str:
    """Derive the id of what the record at position `at`, received at `received_at` (ms), causes."""
    tail = (received_at % 1000) << _POSITION_BITS | at
    return f"1-{received_at // 1000:08x}-{tail:024x}"


def parse_derived_id(text: str) -> tuple[int, int] | None:
    """Read `(received_at ms, position)` back out of an id, or None when it is no such id."""
    head, _, rest = text.partition("-")
    seconds, _, tail = rest.partition("-")
    if head != "1" or len(seconds) != 8 or len(tail) != 24:
        return None
    try:
        packed = int(tail, 16)
        received_at = int(seconds, 16) * 1000 + (packed >> _POSITION_BITS)
    except ValueError:
        return None
    at = packed & ((1 << _POSITION_BITS) - 1)
    return (received_at, at) if derived_id(received_at, at) == text else None


def request_id(now_ms: int) -> str:
    """Draw a new request id."""
    return f"1-{now_ms // 1000:08x}-{secrets.token_hex(12)}"


def recipient_id(request: str, recipient_key: str) -> str:
    """Derive the id of the message that one of a request's recipients gets; it keeps the request's time."""
    digest = hashlib.blake2b(f"{request}\n{recipient_key}".encode(), digest_size=12).hexdigest()
    return f"{request[:10]}-{digest}"


def placed_id(request: str, place: int, recipient_key: str) -> str:
    """Derive the id of the message that the recipient at this place of a request gets, below 2^31.

    Ids of a request rise with the place, so what is written one after the other lies side by side in every index. The
    first bit tells them from those of `derived_id`.
    """
    digest = hashlib.blake2b(f"{request}\n{recipient_key}".encode(), digest_size=8).hexdigest()
    return f"{request[:10]}-{1 << 31 | place:08x}{digest}"


def idempotent_request_id(environment_id: int, endpoint: str, key: str) -> str:
    """Derive the request id that every repetition of this idempotency key is answered with."""
    digest = hashlib.blake2b(f"{environment_id}\n{endpoint}\n{key}".encode(), digest_size=16).hexdigest()
    return f"1-{digest[:8]}-{digest[8:]}"


_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def prefixed_id(prefix: str, now_ms: int) -> str:
    """Draw an id like `nt_01jd…`: a prefix and 26 characters that sort by time (ULID, lower case)."""
    number = now_ms << 80 | secrets.randbits(80)
    return prefix + "_" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
