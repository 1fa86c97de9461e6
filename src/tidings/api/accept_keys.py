"""Where clients put their write key (segment.md §1.2)."""

import base64
import binascii
from urllib.parse import parse_qs

from tidings.api.accept_answer import Headers


def write_key_of(headers: Headers, query: bytes) -> str:
    """Read the write key beside the body: `X-Write-Key`, else the user of Basic, else the query. Empty when none.

    What cannot be read counts as absent, and the body's own key is asked; passwords and Bearer tokens are not.
    """
    if key := headers.get(b"x-write-key", b"").decode("latin-1").partition(":")[0].strip():
        return key
    if key := _basic_user(headers.get(b"authorization", b"")):
        return key
    if b"writeKey=" not in query:
        return ""
    try:
        values = parse_qs(query.decode("latin-1"), max_num_fields=100)
    except ValueError:
        return ""
    return values.get("writeKey", [""])[0].strip()


def bearer_of(headers: Headers) -> bytes:
    """Read the access token. Empty when there is none."""
    scheme, _, value = headers.get(b"authorization", b"").strip().partition(b" ")
    return value.strip() if scheme.lower() == b"bearer" else b""


def _basic_user(authorization: bytes) -> str:
    scheme, _, value = authorization.strip().partition(b" ")
    if scheme.lower() != b"basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[0].strip()
    except (binascii.Error, UnicodeDecodeError):
        return ""
