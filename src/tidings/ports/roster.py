"""The workers that share an installation's work."""

from typing import Protocol


class Roster(Protocol):
    """Tells the workers of an installation that live now.

    It serves to share the work, and nothing depends on it: it may be wrong for a while, and two workers on one
    partition are harmless. Who stops leaves at once; who is killed is gone when the next one looks; who vanishes with
    its host is gone within a minute.
    """

    @property
    def me(self) -> str:
        """This worker's name among them."""
        ...

    async def living(self) -> list[str]:
        """Tell all workers that live, this one too, in one order for everybody. Raises `Unavailable`."""
        ...

    async def close(self) -> None:
        """Leave. Safe to call twice."""
        ...
