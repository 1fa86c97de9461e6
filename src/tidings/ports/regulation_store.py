"""Regulations: requests about users, and their receipts."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from tidings.effects import Deferred
from tidings.ports.page import Page
from tidings.regulations import Regulation, Subjects, Told


class RegulationStore(Protocol):
    """Requests to suppress and to delete users, and what came of them."""

    async def add(self, regulation: Regulation) -> Regulation:
        """Take a request.

        Suppressing and lifting it happen here and now, with the anonymous ids that belong to the users, and durably:
        the next call of theirs is refused, and the next message kept back. What is to be deleted waits for a worker.
        """
        ...

    async def get(self, environment_id: int, regulation_id: str) -> Regulation:
        """Read one. Raises `NotFound`."""
        ...

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[Regulation]:
        """List, newest first."""
        ...

    async def withdraw(self, environment_id: int, regulation_id: str) -> None:
        """Take back a request of which nothing was done. Raises `NotFound`; `Conflict` when something was."""
        ...

    async def suppressed(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[str]:
        """List the ids of users whose calls are refused."""
        ...

    async def due(self, *, now: int, limit: int) -> list[Regulation]:
        """Find those on which something is left to do, the longest waiting first."""
        ...

    async def subjects(self, regulation: Regulation) -> Subjects:
        """Tell by what names its users' data are found; looked up once, since they vanish with the data."""
        ...

    async def hand_on(self, regulation: Regulation, told: Mapping[str, Told], queued: Sequence[Deferred]) -> bool:
        """Put what destinations are told into their queues, and on the receipt; False when it is there already."""
        ...

    async def note(self, regulation: Regulation, erased: Mapping[str, int]) -> None:
        """Add to the receipt what was erased elsewhere; what goes from tables is noted as it goes."""
        ...

    async def progress(self, regulation: Regulation, *, due_at: int, finished: int | None = None) -> None:
        """Note that a pass was made; with `finished`, that all is done, and forget the names."""
        ...

    async def hold_up(self, regulation: Regulation, error: str, *, due_at: int) -> None:
        """Note why it could not go on, and when it is tried again."""
        ...
