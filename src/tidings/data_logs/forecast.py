"""What a mapping would have done, and by which channels somebody can be reached."""

from typing import Any

import msgspec


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why some would not have got it."""

    status: str
    reason: str | None
    why: str
    users: int


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What would become of the newest calls, asked as things stand now: one call for each user."""

    users: int
    would_send: int
    would_wait: int
    """For quiet hours, or a delay."""
    refused: tuple[Refused, ...]


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What a mapping would have sent. Times are epoch milliseconds."""

    event: str
    template_id: str
    is_published: bool
    """False: nothing would have been sent before it is published, and no sample is taken."""
    since: int
    """From when on was asked."""
    counted_from: int
    """From when on calls are kept, where that is later."""
    calls: int
    """Calls that would each have become a message. Filters of the destination were applied as they were then."""
    archived: int
    """Of these, those that only the archive has: what filters would have kept back is among them."""
    is_all: bool
    """False: there were more, `calls` is the least; so many are counted and no more."""
    users: int
    users_are_all: bool
    """False: `users` is the least. The archive's are not counted."""
    sample: Sample | None


class ChannelReach(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody can be reached on a channel, as things stand now."""

    channel: str
    is_reachable: bool
    obstacle: str | None
    """`no_provider`, `no_address`, or `kept_back`: suppressed, or held by the environment's rules."""
    why: str
    providers: tuple[str, ...]
    """Who would be asked, in order."""
    addresses: tuple[str, ...]
    suppression: str = ""
    """The entry of the suppression list that closes it; `DELETE /suppressions/{…}` opens it again. Empty for none."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whose ways are asked for."""

    recipient: str
    to: dict[str, Any]
    """As `message.to` has it: addresses, traits, `preferences`."""
    data: dict[str, Any]


class ProviderChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a provider would be asked, in the words of Courier's first version."""

    channel: str
    """The provider's key; a channel's name where nobody serves it."""
    selected: bool
    type: str
    """`always` where all channels get it, `bestOf` where the first that can."""
    reason: str | None = None
    """Why it would not; None too for one that comes after another that would."""


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """By which ways a message would go."""

    recipient: str
    reason: str | None
    """`UNMAPPED` or `UNPUBLISHED`: there is nothing to send."""
    choices: tuple[ProviderChoice, ...] = ()
