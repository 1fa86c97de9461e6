"""What became of messages, for the destinations that are to be told."""

from collections.abc import Sequence
from typing import Protocol

from tidings.effects import FollowerEffects, StatusNews


class StatusNewsStore(Protocol):
    """News that wait for the destinations of an environment that read messages (`READERS`).

    Whoever moves a message to a status writes the news of it in the same transaction, once for each status of a
    message, and only for destinations that there are then. What is told is gone.
    """

    async def waiting(self, environment_id: int, destination_id: str, *, limit: int) -> list[StatusNews]:
        """Read the oldest that wait, oldest first, each with its message and attempts."""
        ...

    async def depth(self, environment_id: int, destination_id: str) -> int:
        """Count what waits, up to a bound of 100 000."""
        ...

    async def told(
        self, environment_id: int, destination_id: str, *, news: Sequence[StatusNews], effects: FollowerEffects
    ) -> bool:
        """Take these off and write what came of them, together and durably.

        False, and nothing written, when one of them is gone already: another worker has told it.
        """
        ...
