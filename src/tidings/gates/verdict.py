"""What the gates say of a message: go, hold until then, or no."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidings.channels import Available
from tidings.effects import Gathered
from tidings.messages import Reason, Status
from tidings.sending_rules import UNTRACKED, Tracking


class Closed(msgspec.Struct, frozen=True):
    """Why a channel may not be used for this message."""

    reason: Reason
    why: str
    suppression: str = ""
    """The entry of the suppression list that closes it; empty when something else does."""


class Terms(msgspec.Struct, frozen=True):
    """What a message that goes takes along."""

    tracking: Tracking = UNTRACKED
    """What may be told of it afterwards."""
    topic_id: str = ""
    """What it is about; empty for no topic."""
    unsubscribes: bool = False
    """Whether an email says in its headers how to unsubscribe."""


class Go(msgspec.Struct, frozen=True):
    """It may be sent, on the channels that are open."""

    only: frozenset[str] | None = None
    """The only channels that the user wants it on; None for any."""
    closed: Mapping[str, Closed] = msgspec.field(default_factory=dict)
    terms: Terms = Terms()

    def refusal(self, channel: str) -> Closed | None:
        """Tell why a channel may not be used; None when it may."""
        if channel in self.closed:
            return self.closed[channel]
        if self.only is not None and channel not in self.only:
            named = ", ".join(sorted(self.only)) or "no channel"
            return Closed(Reason.UNSUBSCRIBED, f"the user wants it by {named}, not by {channel}")
        return None

    def permitted(self, available: Sequence[Available]) -> tuple[Available, ...]:
        """Leave the provider accounts whose channels are open."""
        if self.only is None and not self.closed:
            return tuple(available)
        return tuple(account for account in available if self.refusal(account.channel) is None)


class Hold(msgspec.Struct, frozen=True):
    """Not yet."""

    until: int
    """Milliseconds: when to ask again."""
    ordinal: int
    """Its line's place in the history: each kind of waiting has one of its own, from 2 to 9."""
    why: str
    fields: Mapping[str, Any] = msgspec.field(default_factory=dict)


class No(msgspec.Struct, frozen=True):
    """Never."""

    status: Status
    reason: Reason | None
    why: str
    fields: Mapping[str, Any] = msgspec.field(default_factory=dict)
    gathered: Gathered | None = None
    """The digest that it goes into instead."""


Verdict = Go | Hold | No
