"""The log of inbound calls, to read."""

from typing import Protocol

import msgspec

from tidings.inbound_events import EventStatus, InboundEvent
from tidings.ports.page import Page


class EventFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which events to list; what is empty does not filter."""

    statuses: tuple[EventStatus, ...] = ()
    type: str | None = None
    name: str | None = None
    user_id: str | None = None
    """A user id or an anonymous id."""
    source_id: int | None = None
    received_after: int | None = None
    """Milliseconds; exclusive."""
    received_before: int | None = None
    """Milliseconds; exclusive."""


class Counted(msgspec.Struct, frozen=True):
    """How many there are, up to a bound."""

    calls: int
    is_all: bool
    """False: there are more, `calls` is the least."""
    users: int
    users_are_all: bool


class EventLog(Protocol):
    """Every accepted call of an environment and what became of it, newest first."""

    async def page(
        self, environment_id: int, where: EventFilter, *, limit: int, cursor: str | None
    ) -> Page[InboundEvent]:
        """List events. Raises `InvalidInput` for a cursor that is none of ours.

        A page may hold fewer than `limit`, or none, and have a cursor all the same: see `MessageStore.page`.
        """
        ...

    async def count(self, environment_id: int, where: EventFilter, *, count_max: int, users_looked_max: int) -> Counted:
        """Count events, `count_max` of them at most, and the users of the newest `users_looked_max`."""
        ...

    async def get(self, environment_id: int, event_id: str) -> InboundEvent:
        """Read one by its id. Raises `NotFound`."""
        ...

    async def after(self, environment_id: int, received_at: int, position: int, *, limit: int) -> list[InboundEvent]:
        """Read what came after that place, oldest first: to follow the log as it grows."""
        ...
