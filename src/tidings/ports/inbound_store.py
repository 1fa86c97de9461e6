"""The inbound step's one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from tidings.effects import Arrangement, Effects, MappedTemplate, Sighting, Society

T = TypeVar("T")


class InboundTransaction(Protocol):
    """Reads and writes of one inbound batch. Between the reads and the writes nobody else can change the profiles."""

    async def offset(self) -> int:
        """Tell how far this partition has been applied."""
        ...

    async def already_seen(self, sightings: Sequence[Sighting], *, received_at: int, window_ms: int) -> set[Sighting]:
        """Tell which of these were seen within the window before `received_at`.

        They are remembered at least that long, maybe a day more.
        """
        ...

    async def take_requests(self, keys: Sequence[tuple[int, str]], *, at: int) -> set[tuple[int, str]]:
        """Take requests to send, by environment and the id that was answered; tell which nobody had taken before.

        What another transaction takes at the same time is waited for: one of the two gets it. What is taken is given
        back when the transaction ends without `apply`, or `apply` answers False.
        """
        ...

    async def profiles(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], bytes]:
        """Read profiles (JSON) by environment and user key; the unknown are left out."""
        ...

    async def suppressed(self, keys: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
        """Tell which of these users' calls are refused."""
        ...

    async def society(self, anonymous: Sequence[tuple[int, str]], tenants: Sequence[tuple[int, str]]) -> Society:
        """Read who these anonymous users turned out to be, and these tenants, which nobody else can change meanwhile.

        The unknown are left out.
        """
        ...

    async def event_maps(self, environment_ids: Sequence[int]) -> dict[tuple[int, str], MappedTemplate]:
        """Read all event maps of these environments, by environment and event id.

        May answer from a cache, but never stale.
        """
        ...

    async def arrangements(self, environment_ids: Sequence[int]) -> dict[int, Arrangement]:
        """Read how these environments want calls treated: sources' settings and the built-in destination.

        May answer from a cache, but never stale. Environments with nothing but defaults may be left out.
        """
        ...

    async def apply(self, effects: Effects, *, after: int, through: int, received_at: int) -> bool:
        """Write everything, counts for the ledger too, and move the offset from `after` to `through`, together.

        False when the offset is no longer `after`: somebody else applied it; the caller leaves the transaction and
        nothing was written, nor taken. Applying effects whose ids exist already keeps what stood there first. Raises
        `Unavailable` when another partition has linked an anonymous user, or made a tenant, that these effects took
        for new: the batch has to be decided again.
        """
        ...


class InboundStore(Protocol):
    """Opens the inbound step's transaction."""

    def transaction(self, partition: int) -> AbstractAsyncContextManager[InboundTransaction]:
        """Begin. Commits on a clean exit, rolls back on an exception. Raises `Unavailable` when the database is."""
        ...

    async def transact(self, partition: int, work: Callable[[InboundTransaction], Awaitable[T]]) -> T | None:
        """Do work in a transaction, which commits when it returns and rolls back when it raises.

        Raises `Unavailable` when the database is. None when `apply` found the offset moved: then nothing was written.
        Work may run on another thread.
        """
        ...

    async def offsets(self) -> dict[int, int]:
        """Tell how far each partition has been applied, durably: what is at or below may be trimmed from the stream."""
        ...

    async def forget_seen(self, *, before: int) -> int:
        """Drop sightings received before that time (ms), whole days of them, and return how many (about)."""
        ...

    async def make_room(self, *, now: int) -> None:
        """Make room for what is to come, where storage wants it made beforehand."""
        ...
