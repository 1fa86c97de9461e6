"""What a service posts to our receipts door, and whether it was the service that posted it."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tidings.errors import InvalidInput, NotAuthenticated

AGE_S_MAX = 300
"""A signed time may be so far from ours: for clocks that differ and webhooks that were retried at once."""
FACTS_MAX = 10_000
"""Facts in one webhook; services send 1 000 at most."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """One request from a service. Header names are in lower case."""

    url: str
    """As the service sees it: some sign it."""
    message_id: str = ""
    """Ours, where the service was given an address for each message: the last part of its path."""
    method: str = "POST"
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    body: bytes = b""
    at: int
    """When it came (ms)."""

    @property
    def json(self) -> Any:
        """The body as JSON. Raises `InvalidInput` when it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, RecursionError):
            raise InvalidInput("the webhook's body is not JSON") from None

    @property
    def form(self) -> dict[str, str]:
        """The body as a form. Raises `InvalidInput` when it has too many fields."""
        try:
            return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000))
        except ValueError:
            raise InvalidInput("the webhook's form has too many fields") from None

    def __repr__(self) -> str:
        """Show nothing of it: a repr ends up in logs."""
        return f"Webhook({len(self.body)} bytes)"


def facts(found: Any) -> list[dict[str, Any]]:
    """Take the objects of a list, and no more than a service sends."""
    items = found if isinstance(found, list) else [found]
    return [item for item in items[:FACTS_MAX] if isinstance(item, dict)]


def require(signed: bool) -> None:  # noqa: FBT001 - it is what the name says
    """Raise `NotAuthenticated` unless the signature is right."""
    if not signed:
        raise NotAuthenticated("the webhook's signature is missing or wrong")


def require_secret(secret: str, setting: str) -> None:
    """Refuse webhooks that nobody could check. Raises `NotAuthenticated`, naming the setting to fill in."""
    if not secret:
        raise NotAuthenticated(f"set {setting} of this provider, so that its webhooks can be checked")


def require_recent(at_s: str | float, now_ms: int) -> None:
    """Raise `NotAuthenticated` when a signed time is too far from now: somebody recorded it and plays it again."""
    try:
        age_s = now_ms / 1000 - float(at_s)
    except (ValueError, OverflowError):
        age_s = float("inf")
    if not abs(age_s) <= AGE_S_MAX:
        raise NotAuthenticated(f"the webhook was signed more than {AGE_S_MAX} s ago: is the clock right?")


def same(ours: str | bytes, theirs: str | bytes) -> bool:
    """Compare without telling by the time it takes where they differ."""
    as_bytes = [text.encode() if isinstance(text, str) else text for text in (ours, theirs)]
    return hmac.compare_digest(*as_bytes)


def signed_hex(key: str | bytes, data: bytes, digest: str = "sha256") -> str:
    """HMAC, in hexadecimal."""
    return hmac.new(key.encode() if isinstance(key, str) else key, data, digest).hexdigest()


def signed_base64(key: str | bytes, data: bytes, digest: str = "sha256") -> str:
    """HMAC, in base64."""
    raw = hmac.new(key.encode() if isinstance(key, str) else key, data, digest).digest()
    return base64.b64encode(raw).decode()


def require_basic(webhook: Webhook, password: str) -> None:
    """Check the password of `https://any:password@host/…` URLs. Raises `NotAuthenticated`."""
    kind, _, given = webhook.headers.get("authorization", "").partition(" ")
    decoded = unbase64(given) if kind.lower() == "basic" else b""
    require(same(decoded.partition(b":")[2], password))


def require_standard(webhook: Webhook, secret: str, *, prefix: str = "webhook") -> None:
    """Check a signature of standardwebhooks.com (Svix's, too, with its own prefix). Raises `NotAuthenticated`."""
    headers = webhook.headers
    message_id, at = headers.get(f"{prefix}-id", ""), headers.get(f"{prefix}-timestamp", "")
    require_recent(at, webhook.at)
    key = unbase64(secret.removeprefix("whsec_"))
    ours = signed_base64(key, f"{message_id}.{at}.".encode() + webhook.body)
    given = headers.get(f"{prefix}-signature", "").split(" ")[:20]
    require(any(same(ours, one.removeprefix("v1,")) for one in given))


def unbase64(text: str) -> bytes:
    """Decode base64; nothing when it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def moment_ms(value: Any, otherwise: int) -> int:
    """Read a moment as services write it: seconds or milliseconds since 1970, or ISO 8601."""
    if isinstance(value, str) and not value.strip().lstrip("-").replace(".", "", 1).isdigit():
        try:
            found = datetime.fromisoformat(value.strip().replace(" ", "T", 1))
        except ValueError:
            return otherwise
        value = found.replace(tzinfo=found.tzinfo or UTC).timestamp()
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return otherwise
    if not 0 < number < 1e13:
        return otherwise
    return int(number if number > 1e11 else number * 1000)


def digest_of(*parts: object) -> str:
    """Name a fact by what it consists of, for services that give it no id."""
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=12).hexdigest()
