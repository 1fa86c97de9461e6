"""A picture that messages show."""

import hashlib
import re
from pathlib import PurePosixPath

import msgspec

from tidings.errors import InvalidInput, TooLarge

ASSET_BYTES_MAX = 5 * 1024 * 1024
"""Far more than a message should show: many mailboxes load nothing for seconds."""
_NAME_CHARACTERS_MAX = 100
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_SVG = re.compile(rb"\s*(?:<\?xml|<!--|<!DOCTYPE svg|<svg)", re.IGNORECASE)

_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of it; the picture itself lies in a folder or a bucket, under its id."""

    environment_id: int
    id: str
    """The digest of the environment and the content: the same picture has one id, and no picture changes."""
    name: str
    """How its address ends; of letters, digits, `.`, `_` and `-`, with the ending of its type."""
    media_type: str
    bytes: int
    created: int
    """Milliseconds."""

    @property
    def path(self) -> str:
        """Where the file is, below the folder or bucket."""
        return f"{self.environment_id}/{self.id}"

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"/assets/{self.id}/{self.name}"


def asset_of(environment_id: int, name: str, content: bytes, *, now: int) -> Asset:
    """Look at what was uploaded; what it is decides its first bytes, and nothing that anybody says of it.

    Raises `InvalidInput` for what is no PNG, JPEG, GIF or WebP, `TooLarge` past 5 MiB.
    """
    if len(content) > ASSET_BYTES_MAX:
        raise TooLarge(f"a picture has {ASSET_BYTES_MAX // (1024 * 1024)} MiB at most")
    media_type = sniffed(content)
    if media_type is None:
        if _SVG.match(content[:200]):
            raise InvalidInput("SVG can hold scripts, and most mailboxes do not show it: upload it as PNG")
        raise InvalidInput("this file is no PNG, JPEG, GIF or WebP: a picture is needed")
    digest = hashlib.sha256(b"%d\0%b" % (environment_id, content)).hexdigest()[:40]
    return Asset(
        environment_id=environment_id,
        id=digest,
        name=_plain(name, _ENDINGS[media_type]),
        media_type=media_type,
        bytes=len(content),
        created=now,
    )


def sniffed(content: bytes) -> str | None:
    """Tell the type of a picture from its first bytes; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def _plain(name: str, ending: str) -> str:
    stem = _NOT_IN_NAMES.sub("-", PurePosixPath(name.replace("\\", "/")).stem).strip("-.")
    return (stem[: _NAME_CHARACTERS_MAX - len(ending)] or "picture") + ending
