"""How far each follower of the stream has come, and what its batches do."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from tidings.effects import FollowerEffects


class FollowerStore(Protocol):
    """Offsets of followers, each with its own for every partition; never ahead of the inbound step's."""

    async def hold(self, name: str, holder: str, *, now: int, until: int) -> bool:
        """Take a piece of work, or keep it, until then; False while another holds it."""
        ...

    async def release(self, holder: str) -> None:
        """Let go of all that this one holds."""
        ...

    async def ceiling(self, partition: int) -> int:
        """Tell how far the inbound step has come: no follower may read beyond."""
        ...

    async def offset(self, reader: str, partition: int) -> int:
        """Tell how far a reader has come. One that was never seen begins where the inbound step stands."""
        ...

    async def passed_over(self, environment_ids: Sequence[int], partition: int, first: int, last: int) -> set[int]:
        """Tell which positions from `first` to `last` the inbound step dropped."""
        ...

    async def apply(self, reader: str, partition: int, *, after: int, through: int, effects: FollowerEffects) -> bool:
        """Write a batch's effects and move the offset from `after` to `through`, together and durably.

        False, and nothing written, when the offset is no longer `after`, or an archived file no longer announced.
        """
        ...

    async def positions(self) -> Mapping[str, Mapping[int, int]]:
        """Tell how far each reader has come, by partition: what lies above the lowest must stay in the stream."""
        ...

    async def forget(self, *, partition: int, through: int, before_hour: int) -> None:
        """Drop dropped positions of entries up to offset `through`, and counts of hours before `before_hour`."""
        ...
