"""What a text message can carry, and how many messages a network makes of it (3GPP TS 23.038, 23.040)."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tidings.channels.kept import words


class SmsContent(msgspec.Struct, frozen=True, kw_only=True):
    """One text message. An empty `sender` means the provider's default."""

    to: str
    """E.164: `+4915112345678`."""
    sender: str = ""
    body: str
    """At most 1 600 characters; see `segments`."""
    media: tuple[str, ...] = ()
    """Addresses of pictures for providers that speak MMS; the body names them too."""

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        return {"text": self.body}

    def with_parts(self, parts: Mapping[str, Any]) -> "SmsContent":
        """Lay what the log kept over it; what the log does not keep stays."""
        return msgspec.structs.replace(self, body=words(parts, "text", self.body))


class Segments(msgspec.Struct, frozen=True):
    """What networks charge for."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    """Septets, or UTF-16 code units."""
    count: int
    """Messages it is cut into."""


_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""These take two septets: an escape goes before them."""


def segments(body: str) -> Segments:
    """Count the messages that a body is cut into. A pair that is one character is never cut apart."""
    widths = [1 if character in _BASIC else 2 if character in _EXTENDED else 0 for character in body]
    if all(widths):
        return Segments("GSM-7", sum(widths), _cut(widths, whole=160, piece=153))
    widths = [1 if ord(character) < 0x10000 else 2 for character in body]
    return Segments("UCS-2", sum(widths), _cut(widths, whole=70, piece=67))


def _cut(widths: list[int], *, whole: int, piece: int) -> int:
    if sum(widths) <= whole:
        return 1
    count, room = 1, piece
    for width in widths:
        if width > room:
            count, room = count + 1, piece
        room -= width
    return count
