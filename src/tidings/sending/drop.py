"""Not sending what a person decided against."""

from tidings.data_logs import Entry
from tidings.effects import Settlement
from tidings.messages import Status

_LAST = 20_000
"""Sorts behind the lines of every attempt that can have been made."""


def dropped(environment_id: int, message_id: str, *, because: str, now: int) -> Settlement:
    """End a message that waits: `CANCELED`, and its history says why."""
    error = f"not sent: {because}"
    entry = Entry(
        environment_id=environment_id,
        message_id=message_id,
        ordinal=_LAST,
        type=Status.CANCELED,
        ts=now,
        fields={"error_message": error},
    )
    return Settlement(
        environment_id=environment_id,
        message_id=message_id,
        status=Status.CANCELED,
        at=now,
        error=error,
        entries=[entry],
    )
