"""How far each follower of the stream has come, and what its batches do."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.archive_manifest import NotKept, keep
from tidings.backends.sql.database import Database
from tidings.backends.sql.delivery_rows import write_deliveries
from tidings.backends.sql.destination_store import BEGAN
from tidings.backends.sql.known_events import write_sighted
from tidings.backends.sql.profile_words import write_words
from tidings.backends.sql.tables import offsets
from tidings.backends.sql.tables_delivery import delivery_counts, leases, passed_over
from tidings.effects import FollowerEffects
from tidings.ids import INDEX_MAX, position

_INBOUND = "inbound"

_HOLD = text(
    "INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until)"
    " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until"
    " WHERE leases.holder = excluded.holder OR leases.until < :now"
)
_BEGIN = text(
    'INSERT INTO offsets (reader, "partition", position) VALUES (:reader, :partition, :position) ON CONFLICT DO NOTHING'
)
_MOVE = text(
    'UPDATE offsets SET position = :through WHERE reader = :reader AND "partition" = :partition AND position = :after'
)


class SqlFollowerStore:
    """Offsets of followers in the state database, beside the inbound step's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hold(self, name: str, holder: str, *, now: int, until: int) -> bool:
        """Take a piece of work, or keep it; False while another holds it."""
        async with self._database.write() as connection:
            values = {"name": name, "holder": holder, "now": now, "until": until}
            return (await connection.execute(_HOLD, values)).rowcount == 1

    async def release(self, holder: str) -> None:
        """Let go of all that this one holds."""
        async with self._database.write() as connection:
            await connection.execute(delete(leases).where(leases.c.holder == holder))

    async def ceiling(self, partition: int) -> int:
        """Tell how far the inbound step has come."""
        async with self._database.read() as connection:
            return await _offset(connection, _INBOUND, partition) or 0

    async def offset(self, reader: str, partition: int) -> int:
        """Tell how far a reader has come. One that was never seen begins where the inbound step stands."""
        async with self._database.read() as connection:
            found = await _offset(connection, reader, partition)
        if found is not None:
            return found
        async with self._database.write() as connection:
            has_begun = await _offset(connection, reader, BEGAN) is not None
            begins = 0 if has_begun else await _offset(connection, _INBOUND, partition) or 0
            await connection.execute(_BEGIN, {"reader": reader, "partition": partition, "position": begins})
            return await _offset(connection, reader, partition) or 0

    async def passed_over(self, environment_ids: Sequence[int], partition: int, first: int, last: int) -> set[int]:
        """Tell which positions the inbound step dropped."""
        if not environment_ids:
            return set()
        within = (
            passed_over.c.environment_id.in_(environment_ids),
            passed_over.c.partition == partition,
            passed_over.c.position.between(first, last),
        )
        async with self._database.read() as connection:
            rows = await connection.execute(select(passed_over.c.position).where(*within))
            return {row.position for row in rows}

    async def apply(self, reader: str, partition: int, *, after: int, through: int, effects: FollowerEffects) -> bool:
        """Write a batch's effects and move the offset."""
        place = {"reader": reader, "partition": partition, "after": after, "through": through}
        try:
            async with self._database.write() as connection:
                if (await connection.execute(_MOVE, place)).rowcount != 1:
                    return False
                await write_deliveries(
                    connection, deferred=effects.deferred, tallies=effects.tallies, failures=effects.failures
                )
                await write_sighted(connection, effects.sighted)
                await keep(connection, effects.archived)
                if effects.words:
                    await write_words(connection, effects.words)
        except NotKept:
            return False
        return True

    async def positions(self) -> Mapping[str, Mapping[int, int]]:
        """Tell how far each reader has come."""
        found: dict[str, dict[int, int]] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(select(offsets)):
                if row.partition >= 0 and not row.reader.startswith(_INBOUND):  # nor its durable twin
                    found.setdefault(row.reader, {})[row.partition] = row.position
        return found

    async def forget(self, *, partition: int, through: int, before_hour: int) -> None:
        """Drop what nobody will ask for again."""
        last = position(through, INDEX_MAX)
        old = (passed_over.c.partition == partition, passed_over.c.position <= last)
        async with self._database.read() as connection:
            stale = await connection.scalar(select(passed_over.c.position).where(*old).limit(1))
            aged = await connection.scalar(
                select(delivery_counts.c.hour).where(delivery_counts.c.hour < before_hour).limit(1)
            )
        if stale is None and aged is None:  # an idle server writes nothing
            return
        async with self._database.write() as connection:
            await connection.execute(delete(passed_over).where(*old))
            await connection.execute(delete(delivery_counts).where(delivery_counts.c.hour < before_hour))


async def _offset(connection: AsyncConnection, reader: str, partition: int) -> int | None:
    where = (offsets.c.reader == reader, offsets.c.partition == partition)
    found: int | None = await connection.scalar(select(offsets.c.position).where(*where))
    return found
