"""The inbound step's one transaction, over SQL."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, suppress
from typing import Protocol, TypeVar

from sqlalchemy import bindparam, func, literal, null, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql import audience_queue, hot_postgres, hot_sqlite, partitions, society
from tidings.backends.sql.arrangements import Arrangements
from tidings.backends.sql.chunks import any_of, chunks
from tidings.backends.sql.database import Database
from tidings.backends.sql.insertion import insertion, replacing
from tidings.backends.sql.retention_store import forget_rows
from tidings.backends.sql.tables import event_maps, offsets, revisions, seen, templates
from tidings.backends.sql.tables_privacy import suppressed_users
from tidings.effects import Arrangement, Effects, MappedTemplate, Sighting, Society
from tidings.ports import InboundTransaction

T = TypeVar("T")

_DAY_MS = 86_400_000
_SKEW_MS = 3_600_000  # requests of two front doors may stand in the stream in another order than their clocks say

EventMaps = dict[tuple[int, str], MappedTemplate]

_OFFSET = select(offsets.c.position).where(
    offsets.c.reader == bindparam("reader"), offsets.c.partition == bindparam("partition")
)
_PASS_OVER = text(
    'INSERT INTO passed_over (environment_id, "partition", position) VALUES (:env, :part, :at) ON CONFLICT DO NOTHING'
)
_MARK = insertion(offsets, replacing(offsets, "position"))
_REVISION = select(revisions.c.revision).where(revisions.c.kind == "mapping")


class SqlInboundStore:
    """Opens inbound transactions.

    They need not be durable when they end: effects and offset are one commit, and the stream still has whatever came
    after the offset that a power cut leaves. `offsets` says what is durable.
    """

    def __init__(self, database: Database, *, reader: str = "inbound") -> None:
        self._database = database
        self._reader = reader
        self._maps = EventMapCache()
        self._arrangements = Arrangements()

    @asynccontextmanager
    async def transaction(self, partition: int) -> AsyncIterator["SqlInboundTransaction"]:
        """Begin."""
        with suppress(_OvertakenError):
            async with self._database.write(replayable=True) as connection:
                transaction = self._on(connection, partition)
                yield transaction
                if transaction.overtaken:
                    raise _OvertakenError

    async def transact(self, partition: int, work: Callable[[InboundTransaction], Awaitable[T]]) -> T | None:
        """Begin, work and commit; on SQLite in one hop."""

        async def within(connection: AsyncConnection) -> T:
            transaction = self._on(connection, partition)
            result = await work(transaction)
            if transaction.overtaken:
                raise _OvertakenError
            return result

        try:
            return await self._database.beside(within)
        except _OvertakenError:
            return None

    def _on(self, connection: AsyncConnection, partition: int) -> "SqlInboundTransaction":
        return SqlInboundTransaction(
            connection, place=(self._reader, partition), caches=(self._maps, self._arrangements)
        )

    async def offsets(self) -> dict[int, int]:
        """Tell what has been applied, durably.

        The offsets are read first and then something is committed with an fsync. The log of a database is one file,
        written in the order of the commits, so that fsync covers every commit up to the ones that were read. What is
        committed is the offsets themselves under a second name: as long as both agree, an fsync has followed the
        newest offset already, and an idle server writes nothing.
        """
        marker = f"{self._reader}:durable"
        async with self._database.read() as connection:
            applied, marked = await _positions(connection, self._reader), await _positions(connection, marker)
        if applied != marked:
            rows = [{"reader": marker, "partition": at, "position": position} for at, position in applied.items()]
            async with self._database.write() as connection:
                await connection.execute(_MARK, rows)
        return applied

    async def forget_seen(self, *, before: int) -> int:
        """Drop whole days of sightings: partitions where there are any, else a bounded number of rows at a time."""
        forgotten = 0
        if self._database.dialect == "postgresql":
            forgotten = await partitions.drop_before(self._database, partitions.SEEN, before=before)
        return forgotten + await forget_rows(self._database, seen, seen.c.day < before // _DAY_MS)

    async def make_room(self, *, now: int) -> None:
        """Make partitions ahead."""
        if self._database.dialect == "postgresql":
            for table in (partitions.SEEN, partitions.EVENTS):
                await partitions.make_ahead(self._database, table, now=now)


class _OvertakenError(Exception):
    """Somebody else applied the batch: what was taken for it is given back."""


class _Hot(Protocol):
    """What each dialect says in its own words."""

    async def already_seen(
        self, connection: AsyncConnection, sightings: Sequence[Sighting], days: tuple[int, int], /
    ) -> set[Sighting]: ...

    async def profiles(
        self, connection: AsyncConnection, keys: Sequence[tuple[int, str]], /
    ) -> dict[tuple[int, str], bytes]: ...

    async def take_requests(
        self, connection: AsyncConnection, rows: Sequence[tuple[int, str, int]], /
    ) -> set[tuple[int, str]]: ...

    async def apply(
        self,
        connection: AsyncConnection,
        effects: Effects,
        /,
        *,
        place: tuple[str, int],
        after: int,
        through: int,
        day: int,
        absent: AbstractSet[tuple[int, str]],
    ) -> bool: ...


class SqlInboundTransaction:
    """One inbound batch."""

    def __init__(
        self, connection: AsyncConnection, *, place: tuple[str, int], caches: tuple["EventMapCache", Arrangements]
    ) -> None:
        self._connection = connection
        self._hot: _Hot = hot_sqlite if connection.dialect.name == "sqlite" else hot_postgres
        self._place = place
        self._maps, self._arrangements = caches
        self._absent: set[tuple[int, str]] = set()
        self._watched: frozenset[int] = frozenset()
        self.overtaken = False
        """Somebody else applied what this was to apply."""

    @property
    def connection(self) -> AsyncConnection:
        """The connection that the transaction is on, for what else belongs to it."""
        return self._connection

    async def offset(self) -> int:
        """Tell how far this partition has been applied."""
        reader, partition = self._place
        return await self._connection.scalar(_OFFSET, {"reader": reader, "partition": partition}) or 0

    async def already_seen(self, sightings: Sequence[Sighting], *, received_at: int, window_ms: int) -> set[Sighting]:
        """Tell which of these were seen on the days that the window touches."""
        days = ((received_at - window_ms) // _DAY_MS, (received_at + _SKEW_MS) // _DAY_MS)
        return await self._hot.already_seen(self._connection, sightings, days) if sightings else set()

    async def take_requests(self, keys: Sequence[tuple[int, str]], *, at: int) -> set[tuple[int, str]]:
        """Take requests, in order: so nobody meets crosswise."""
        rows = [(*key, at) for key in sorted(set(keys))]
        return await self._hot.take_requests(self._connection, rows) if rows else set()

    async def profiles(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], bytes]:
        """Read profiles."""
        if not keys:
            return {}
        found = await self._hot.profiles(self._connection, keys)
        self._absent.update(key for key in keys if key not in found)
        return found

    async def suppressed(self, keys: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
        """Look these users up."""
        found: set[tuple[int, str]] = set()
        key = (suppressed_users.c.environment_id, suppressed_users.c.user_key)
        for part in chunks(keys):
            rows = await self._connection.execute(select(*key).where(any_of(key, part)))
            found.update((row[0], row[1]) for row in rows)
        return found

    async def society(self, anonymous: Sequence[tuple[int, str]], tenants: Sequence[tuple[int, str]]) -> Society:
        """Read links and tenants."""
        return await society.read(self._connection, anonymous, tenants) if anonymous or tenants else Society()

    async def event_maps(self, environment_ids: Sequence[int]) -> EventMaps:
        """Read event maps, from the cache while the revision in this transaction says that nothing changed."""
        return await self._maps.read(self._connection, environment_ids)

    async def arrangements(self, environment_ids: Sequence[int]) -> dict[int, Arrangement]:
        """Read how environments want calls treated, from the cache while nothing changed."""
        found = await self._arrangements.read(self._connection, environment_ids)
        self._watched = frozenset(each for each, arrangement in found.items() if arrangement.has_audiences)
        return found

    async def apply(self, effects: Effects, *, after: int, through: int, received_at: int) -> bool:
        """Write everything and move the offset."""
        applied = await self._hot.apply(
            self._connection,
            effects,
            place=self._place,
            after=after,
            through=through,
            day=received_at // _DAY_MS,
            absent=self._absent,
        )
        self.overtaken = not applied
        if applied and effects.passed_over:  # rare: calls that came twice
            rows = [{"env": env, "part": self._place[1], "at": at} for env, at in effects.passed_over]
            await self._connection.execute(_PASS_OVER, rows)
        if applied:
            await society.write(self._connection, effects)
        if applied and self._watched:
            changed = {(each.environment_id, each.user_key) for each in effects.profiles}
            changed.update((each.environment_id, each.user_key) for each in effects.joinings)
            await audience_queue.queue(self._connection, [key for key in changed if key[0] in self._watched])
        return applied


class EventMapCache:
    """Event maps by environment, as of one revision.

    The revision is read before the maps: maps that are newer than it are read again next time, older they cannot be.
    """

    def __init__(self) -> None:
        self._revision = -1
        self._by_environment: dict[int, EventMaps] = {}

    async def read(self, connection: AsyncConnection, environment_ids: Sequence[int]) -> EventMaps:
        """Answer from the cache, or fill it."""
        if not environment_ids:
            return {}
        revision = await connection.scalar(_REVISION) or 0
        if revision != self._revision:
            self._revision, self._by_environment = revision, {}
        for environment_id in environment_ids:
            if environment_id not in self._by_environment:
                self._by_environment[environment_id] = await _event_maps(connection, environment_id)
        if len(environment_ids) == 1:
            return self._by_environment[environment_ids[0]]
        return {key: value for each in environment_ids for key, value in self._by_environment[each].items()}


async def _event_maps(connection: AsyncConnection, environment_id: int) -> EventMaps:
    template = (templates.c.environment_id == event_maps.c.environment_id) & (
        templates.c.id == event_maps.c.template_id
    )
    sendable = (templates.c.published_version != null()) & (templates.c.archived == null())
    rows = await connection.execute(
        select(event_maps.c.event_id, event_maps.c.template_id, func.coalesce(sendable, literal(value=False)))
        .select_from(event_maps.outerjoin(templates, template))
        .where(event_maps.c.environment_id == environment_id)
    )
    return {(environment_id, event): MappedTemplate(template, bool(sendable)) for event, template, sendable in rows}


async def _positions(connection: AsyncConnection, reader: str) -> dict[int, int]:
    rows = await connection.execute(
        select(offsets.c.partition, offsets.c.position).where(offsets.c.reader == reader).order_by(offsets.c.partition)
    )
    return {row.partition: row.position for row in rows}
