"""What the outbound step takes and gives back."""

from collections.abc import Sequence
from typing import Any

import msgspec

from tidings.data_logs import Entry
from tidings.messages import Attempt, Message, Outcome, Output, Reason, Status
from tidings.suppressions import Suppression


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A message this worker may work on until `until` (ms)."""

    message: Message
    attempts: tuple[Attempt, ...]
    """What was tried before, in order. One without an outcome was cut off: nobody knows whether it was sent."""
    until: int
    as_of: int | None = None
    """The revision of all settings, read when it was claimed; what is remembered of them from then on holds for it.
    None where nobody counts revisions: then nothing is remembered."""


class AttemptStart(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt about to be made: durable before the provider is called."""

    attempt: Attempt
    entries: Sequence[Entry] = ()
    output: Output | None = None


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """A message that goes into a digest instead."""

    message_id: str
    into: Message
    """The digest's message, as it is made when this is the first to go into it. Its id is the first of those that it
    may have: the digest of that id may have gone already."""
    due_at: int
    """When the digest goes (ms)."""
    topic_id: str
    tenant_id: str
    schedule_id: str
    category: str
    at: int
    data: dict[str, Any]


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """What a claim came to."""

    environment_id: int
    message_id: str
    status: Status
    at: int
    reason: Reason | None = None
    error: str = ""
    outcome_unknown: bool = False
    template_id: str | None = None
    template_version: int | None = None
    channel: str | None = None
    provider: str | None = None
    attempt: int | None = None
    """The number of the attempt this closes, if one was started."""
    tried: int | None = None
    """How many attempts were on record when it was decided that none is made now: with more, it does not stand, for
    another worker has taken the message over. None stands whatever was tried."""
    outcome: Outcome | None = None
    sent: int | None = None
    """When it was taken (ms), where that was before `at`."""
    due_at: int | None = None
    """When to try again (ms); None takes the message off the queue."""
    lane: str = ""
    """The account's lane that had no place for it: until then it waits with others of that lane, and before nobody."""
    entries: Sequence[Entry] = ()
    gathered: Gathered | None = None
    """The digest that it goes into, in the same transaction."""
    closes: Suppression | None = None
    """The address that nothing goes to any more, in the same transaction."""
