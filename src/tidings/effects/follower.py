"""What one batch of a follower does."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import msgspec

from tidings.messages import Attempt, Message, Status
from tidings.profiles import Word
from tidings.records import ArchiveFile

Result = Literal["received", "filtered", "delivered", "retried", "failed", "skipped", "latency"]
"""What came of a call at a destination. `latency` counts deliveries by their time, its reason the bound (ms)."""


class Deferred(msgspec.Struct, frozen=True, kw_only=True):
    """A call that a destination is to get later: after a failure, or behind one. Times are milliseconds."""

    environment_id: int
    destination_id: str
    position: int
    due_at: int
    user_key: str
    name: str
    received_at: int
    first_at: int
    """When it was first tried, or would have been."""
    tries: int
    error: str
    body: bytes
    """The call as it is to be sent, as JSON."""


class Tally(msgspec.Struct, frozen=True):
    """So many calls of one name came to the same, in one hour."""

    environment_id: int
    destination_id: str
    hour: int
    """Hours since 1970."""
    name: str
    """The event of a track, else the type."""
    result: Result
    reason: str
    count: int


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A call that a destination will never get."""

    environment_id: int
    destination_id: str
    at: int
    position: int
    name: str
    call_id: str
    """Its `messageId`."""
    reason: str
    detail: str
    """What the service said."""
    tries: int
    body: bytes = b""
    """What was to be sent, as JSON, so that it can be sent again."""


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """That a destination was asked to delete a user, and what became of it."""

    environment_id: int
    destination_id: str
    regulation_id: str
    user_id: str
    at: int
    error: str = ""
    """Why it never will; empty: it has taken it."""


class StatusNews(msgspec.Struct, frozen=True, kw_only=True):
    """That a message came to a status, as a destination is to be told."""

    status: Status
    at: int
    message: Message
    """As it stands by now."""
    attempts: tuple[Attempt, ...] = ()


class Sighted(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch showed of one event of a source."""

    environment_id: int
    source_id: int
    type: str
    name: str
    count: int
    first_seen: int
    last_seen: int
    days: Mapping[int, int]
    """Calls by day since 1970."""
    properties: Mapping[str, Any]
    """What is known of each property: see `tidings.catalogue`."""


class FollowerEffects(msgspec.Struct, frozen=True, kw_only=True):
    """All that one batch of a follower does, beside what it told the outside."""

    deferred: Sequence[Deferred] = ()
    tallies: Sequence[Tally] = ()
    failures: Sequence[Failure] = ()
    sighted: Sequence[Sighted] = ()
    archived: Sequence[ArchiveFile] = ()
    """Files that were announced and written; with the offset, they count."""
    words: Mapping[tuple[int, str], Collection[Word]] = msgspec.field(default_factory=dict)
    """By environment and user key: the words that find a profile from now on, and no others do."""
