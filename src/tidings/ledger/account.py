"""The two equations of one environment."""

import msgspec


class CallSide(msgspec.Struct, frozen=True, kw_only=True):
    """`accepted = applied + dropped + pending`."""

    accepted: int
    applied: dict[str, int]
    """By what they did: `MAPPED`, `UNMAPPED`, `APPLIED`, `REQUESTED`."""
    dropped: dict[str, int]
    """By reason, as `DISCARDED id_too_long`; repeats are `DUPLICATE`."""
    pending: int


class MessageSide(msgspec.Struct, frozen=True, kw_only=True):
    """`made = sent + undeliverable + unknown + ended + pending`."""

    made: int
    sent: int
    """Taken by a provider; delivered, opened and clicked ones among them."""
    undeliverable: dict[str, int]
    """By reason."""
    unknown: int
    """They may have been sent, and nobody can know."""
    ended: dict[str, int]
    """Whatever else a message ends as: `SIMULATED`, `CANCELED`, `UNROUTABLE NO_CHANNELS`, …"""
    pending: int


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What came in, and where all of it is."""

    environment_id: int | None
    """None for the sum of all."""
    calls: CallSide
    messages: MessageSide
    differences: tuple[str, ...] = ()
    """Where two counts of the same thing do not agree; empty when the account balances."""
    is_complete: bool = True
    """False when more waits than was counted, so that `pending` says a little less than there is."""

    @property
    def balances(self) -> bool:
        """Tell whether all counts agree."""
        return not self.differences
