"""Calls that come as the address of a picture (segment.md §1.14): from mails, and from pages without scripts."""

import base64
import binascii
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from tidings.api.accept_answer import Answer
from tidings.errors import InvalidInput, TooLarge
from tidings.spec import DEPTH_MAX, EVENT_BYTES_MAX

QUERY_BYTES_MAX: Final = 3 * EVENT_BYTES_MAX // 2
"""A call's 32 KiB in base64, and some more; nobody's mail program sends half of that."""
FIELDS_MAX: Final = 1000

GIF: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
PICTURE: Final = Answer(200, GIF, ((b"cache-control", b"no-store"),), content_type=b"image/gif")
"""One transparent pixel, whatever became of the call: a page may not show a broken picture."""

_STANDARD = str.maketrans("-_ ", "+/+")  # the alphabet for URLs, and blanks where a plus was not escaped


def body_of_query(query: bytes) -> bytes:
    """Read the call that a query holds, as JSON: `data` in base64, else parameters such as `properties.subject`.

    Raises `InvalidInput`, `TooLarge`.
    """
    if len(query) > QUERY_BYTES_MAX:
        raise TooLarge(f"a query has {QUERY_BYTES_MAX} bytes at most", code="request_too_large")
    try:
        fields = parse_qsl(query.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise InvalidInput(f"the query is not UTF-8, or has more than {FIELDS_MAX} fields") from None
    data = next((value for name, value in fields if name == "data"), None)
    return msgspec.json.encode(_object(fields)) if data is None else _decoded(data)


def _decoded(data: str) -> bytes:
    text = data.translate(_STANDARD).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput("`data` is not base64", path="data") from None


def _object(fields: list[tuple[str, str]]) -> dict[str, Any]:
    """Build the call that dotted names spell; the last of two that contradict each other wins."""
    call: dict[str, Any] = {}
    for name, value in fields:
        *path, last = name.split(".", DEPTH_MAX)
        place = call
        for key in path:
            inner = place.get(key)
            if not isinstance(inner, dict):
                inner = place[key] = {}
            place = inner
        place[last] = value
    return call
