"""One item of the stream: a Segment call, or a request to send, as accept stamped it."""

from typing import Literal

import msgspec

RecordType = Literal["identify", "track", "page", "screen", "group", "alias", "send", "unknown"]
"""What a record can be; `unknown` only on discarded items whose type could not be read."""


class Record(msgspec.Struct, array_like=True, frozen=True, kw_only=True, gc=False):
    """One accepted item. Times are milliseconds since 1970, UTC.

    Written as a MessagePack array, so fields are only ever added at the end.
    """

    type: RecordType
    message_id: str
    """The call's own id (Segment's `messageId`); for a send, the request id that was answered."""
    user_id: str | None
    anonymous_id: str | None
    name: str | None
    """The event of a track, the name of a page or screen."""
    timestamp: int
    """When it happened, corrected for clock skew (segment.md §1.11)."""
    received_at: int
    body: bytes
    """The item as JSON: always valid UTF-8 and valid JSON; cleaned of NaN, lone surrogates, NUL and `writeKey`."""
    original_timestamp: int | None = None
    sent_at: int | None = None
    group_id: str | None = None
    previous_id: str | None = None
    discarded: str = ""
    """The slug of segment.md §1.6 when the item is kept only for the log, else empty."""
    detail: str = ""
    """What was wrong and where, for people; only with `discarded`."""
    warnings: tuple[str, ...] = ()
    """Slugs of what was mended on the way in, such as `timestamp_invalid`."""
    historical: bool = False
    """Came by an import: it builds profiles but starts no notification."""

    @property
    def user_key(self) -> str:
        """The key of the user this concerns: see `user_key`."""
        return user_key(self.user_id, self.anonymous_id)


def user_key(user_id: str | None, anonymous_id: str | None) -> str:
    """Name a user inside tidings: `u:` and the user id, else `a:` and the anonymous id, else empty.

    The two kinds never meet, so a user id that equals somebody's anonymous id is somebody else (segment.md §7 row 31).
    """
    if user_id is not None:
        return "u:" + user_id
    return "" if anonymous_id is None else "a:" + anonymous_id
