"""The transaction in which calls of the past are decided again."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tidings.effects import Effects
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.ports.inbound_store import InboundTransaction

EventKey = tuple[int, str, int, int]
"""An event's environment, user key, time of arrival and position."""
Stand = tuple[EventStatus, str]
"""An event's status and reason."""


class ReplayTransaction(InboundTransaction, Protocol):
    """Reads and writes of some calls that were applied once, or were lost."""

    async def stands(self, keys: Sequence[EventKey]) -> Mapping[EventKey, Stand]:
        """Tell what the log says of these; those it does not have are left out."""
        ...

    async def existing_messages(self, keys: Sequence[tuple[int, str, str]]) -> set[tuple[int, str]]:
        """Tell which of these messages, by environment, user key and id, exist; environment and id of each."""
        ...

    async def written(self, keys: Sequence[tuple[int, str]]) -> Mapping[tuple[int, str], int]:
        """Tell when these profiles were last written (ms); the unknown are left out."""
        ...

    async def redo(self, effects: Effects, changed: Sequence[tuple[InboundEvent, Stand]]) -> bool:
        """Write effects, and what events have become that stood otherwise in the log.

        The counts of the ledger move with them. False, when another replay came between: the caller leaves the
        transaction, nothing was written, and it is decided again.
        """
        ...


class ReplayStore(Protocol):
    """Opens the transaction of a replay."""

    def transaction(self) -> AbstractAsyncContextManager[ReplayTransaction]:
        """Begin. Commits on a clean exit, rolls back on an exception. Raises `Unavailable` when the database is."""
        ...
