"""How an outside destination stands: whether it is left alone, and how much it has not had yet."""

from typing import Literal

import msgspec


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """A destination that failed too often in a row, or asked for time. Times are milliseconds since 1970."""

    parked_until: int
    """Nothing is tried before; then one call after another is, until it answers."""
    failures: int
    """In a row."""
    reason: str
    """Of the newest: a status, or a code such as `ETIMEDOUT`."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, at one moment."""

    circuit: Literal["closed", "parked", "trying"]
    """`closed`: it answers, or was never asked. `trying`: it was parked, and has not answered since."""
    parked_until: int | None = None
    reason: str = ""
    lag: int
    """What it has not looked at yet: requests of the stream; of a destination that is told of messages, news."""
    waiting: int
    """Calls that are to be tried again, or wait behind one."""


def standing(parked: Parked | None, *, now: int, lag: int, waiting: int) -> Standing:
    """Put together what is known."""
    if parked is None:
        return Standing(circuit="closed", lag=lag, waiting=waiting)
    return Standing(
        circuit="parked" if now < parked.parked_until else "trying",
        parked_until=parked.parked_until,
        reason=parked.reason,
        lag=lag,
        waiting=waiting,
    )
