"""What is still to be delivered to outside destinations, and what came of the rest."""

from collections.abc import Sequence
from typing import Protocol

from tidings.destinations import Parked
from tidings.effects import Deferred, Failure, Forgotten, Tally


class DeliveryStore(Protocol):
    """Deferred calls of each destination by due time, and its counts and newest failures."""

    async def due(
        self, environment_id: int, destination_id: str, *, now: int, limit: int, in_order: bool
    ) -> list[Deferred]:
        """Read what is due, oldest due first. `in_order`: of each user the earliest call alone."""
        ...

    async def next_due_at(self, environment_id: int, destination_id: str) -> int | None:
        """Tell when the next one is due; None when nothing waits."""
        ...

    async def waiting(self, environment_id: int, destination_id: str, user_keys: Sequence[str]) -> set[str]:
        """Tell which of these users have calls waiting."""
        ...

    async def depth(self, environment_id: int, destination_id: str) -> int:
        """Count what waits, up to a bound of 100 000."""
        ...

    async def note(self, environment_id: int, destination_id: str, parked: Parked | None) -> None:
        """Write down that a destination is left alone, or that it answers again, for others to see."""
        ...

    async def parked(self, environment_id: int) -> dict[str, Parked]:
        """Tell which destinations have not answered since they were left alone, by id."""
        ...

    async def settle(
        self,
        environment_id: int,
        destination_id: str,
        *,
        done: Sequence[int],
        again: Sequence[Deferred],
        tallies: Sequence[Tally],
        failures: Sequence[Failure],
        forgotten: Sequence[Forgotten] = (),
    ) -> None:
        """Take positions off, put others at a later time, and count; together and durably.

        `forgotten`: what becomes of users who are to be deleted there; it goes on the receipts of their regulations.
        """
        ...

    async def tallies(
        self, environment_id: int, destination_id: str, *, since_hour: int, name: str | None = None
    ) -> list[Tally]:
        """Read the counts from that hour on; `name`: of this event alone."""
        ...

    async def again(self, environment_id: int, destination_id: str, *, now: int) -> int:
        """Put the failures that are kept back into the queue, due at once, and off the list; return how many.

        Those of versions that kept no bodies stay. Calls go out of their order.
        """
        ...

    async def failures(
        self, environment_id: int, destination_id: str, *, limit: int, name: str | None = None
    ) -> list[Failure]:
        """Read the newest failures, newest first; `name`: of this event alone. Some 100 are kept."""
        ...
