"""Writes and reads links of ours."""

import base64
import binascii
import hmac
from typing import TypeVar

import msgspec

from tidings.errors import NotFound
from tidings.links.link import Link

TICKET_MAX = 8_192
"""Characters of the longest ticket that is read; those we write have fewer than 3 000."""
_MAC_BYTES = 16
"""Of HMAC-SHA256: 128 bits are far more than anybody guesses over a network."""

_Kind = TypeVar("_Kind", bound=Link)
_encode = msgspec.msgpack.Encoder().encode


class Links:
    """The links of one installation.

    A link's ticket is what it means and a MAC over that, so nothing is stored and nobody else can write one. Each kind
    of link has a key of its own: a ticket of one kind is none of another. Another key makes all older links void.
    """

    def __init__(self, key: bytes, public_url: str = "") -> None:
        self.base = public_url.rstrip("/")
        """Where links lead; empty when nobody said how the outside reaches us: then none are written."""
        self._key = key
        self._keys: dict[type[Link], bytes] = {}

    def write(self, link: Link) -> str:
        """Give the whole address."""
        return f"{self.base}/{link.path}/{self.ticket(link)}"

    def ticket(self, link: Link) -> str:
        """Give the part of the address that means it."""
        said = _encode(link)
        return base64.urlsafe_b64encode(self._mac(type(link), said) + said).rstrip(b"=").decode()

    def read(self, kind: type[_Kind], ticket: str) -> _Kind:
        """Read a ticket of this kind. Raises `NotFound` for what we did not write."""
        if len(ticket) <= TICKET_MAX:
            try:
                whole = base64.urlsafe_b64decode(ticket.encode() + b"=" * (-len(ticket) % 4))
            except (binascii.Error, ValueError):
                whole = b""
            mac, said = whole[:_MAC_BYTES], whole[_MAC_BYTES:]
            if hmac.compare_digest(mac, self._mac(kind, said)):
                return msgspec.msgpack.decode(said, type=kind)
        raise NotFound("this link was not written here, or its end is missing")

    def _mac(self, kind: type[Link], said: bytes) -> bytes:
        key = self._keys.get(kind)
        if key is None:
            key = self._keys[kind] = hmac.digest(self._key, kind.path.encode(), "sha256")
        return hmac.digest(key, said, "sha256")[:_MAC_BYTES]
