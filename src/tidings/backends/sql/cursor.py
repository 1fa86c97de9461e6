"""Where the next page begins: opaque to callers, a key to us."""

import base64
import binascii

import msgspec

from tidings.errors import InvalidInput

_CURSOR_CHARACTERS_MAX = 2048  # a recipient is the longest key part, and is bounded where it comes in
_INTEGER_MAX = (1 << 63) - 1


def encode(*key: int | str) -> str:
    """Write the key of the last row of a page as a cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode(cursor: str | None, *shape: type[int] | type[str]) -> tuple[int | str, ...] | None:
    """Read a cursor back; None for none. Raises `InvalidInput` for what `encode` did not write in this shape."""
    if cursor is None:
        return None
    key = _parts(cursor)
    if (
        key is None
        or len(key) != len(shape)
        or any(type(part) is not kind for part, kind in zip(key, shape, strict=True))
    ):
        raise InvalidInput("the cursor is none of ours: begin again without it", path="cursor")
    return tuple(key)


def _parts(cursor: str) -> list[int | str] | None:
    if len(cursor) > _CURSOR_CHARACTERS_MAX:
        return None
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = msgspec.json.decode(data, type=list[int | str])
    except (ValueError, binascii.Error):  # msgspec's errors are ValueErrors too
        return None
    return key if all(isinstance(part, str) or -_INTEGER_MAX <= part <= _INTEGER_MAX for part in key) else None
