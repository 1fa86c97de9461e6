"""What is still to be delivered to outside destinations, and what came of the rest."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, exists, func, select

from tidings.backends.sql.chunks import chunks
from tidings.backends.sql.database import Database
from tidings.backends.sql.delivery_rows import deferred_of, write_deliveries
from tidings.backends.sql.insertion import insertion, replacing
from tidings.backends.sql.queue_statements import DEPTH_MAX
from tidings.backends.sql.regulation_store import hear
from tidings.backends.sql.tables_delivery import deliveries, delivery_counts, delivery_failures
from tidings.backends.sql.tables_delivery import parked as parked_table
from tidings.destinations import Parked
from tidings.effects import Deferred, Failure, Forgotten, Tally

_PARK = insertion(parked_table, replacing(parked_table, "parked_until", "failures", "reason"))


class SqlDeliveryStore:
    """Deferred calls, counts and failures in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(
        self, environment_id: int, destination_id: str, *, now: int, limit: int, in_order: bool
    ) -> list[Deferred]:
        """Read what is due, oldest due first."""
        where = [*_mine(deliveries, environment_id, destination_id), deliveries.c.due_at <= now]
        if in_order:
            earlier = deliveries.alias()
            before = (
                *_mine(earlier, environment_id, destination_id),
                earlier.c.user_key == deliveries.c.user_key,
                earlier.c.position < deliveries.c.position,
            )
            where.append(~exists().where(*before))
        query = select(deliveries).where(*where).order_by(deliveries.c.due_at, deliveries.c.position).limit(limit)
        async with self._database.read() as connection:
            return [deferred_of(row) for row in await connection.execute(query)]

    async def next_due_at(self, environment_id: int, destination_id: str) -> int | None:
        """Tell when the next one is due."""
        query = select(func.min(deliveries.c.due_at)).where(*_mine(deliveries, environment_id, destination_id))
        async with self._database.read() as connection:
            at: int | None = await connection.scalar(query)
            return at

    async def waiting(self, environment_id: int, destination_id: str, user_keys: Sequence[str]) -> set[str]:
        """Tell which of these users have calls waiting."""
        asked, found = sorted(set(user_keys)), set[str]()
        async with self._database.read() as connection:
            for part in chunks(asked):
                some = deliveries.c.user_key.in_(part)
                query = select(deliveries.c.user_key).where(*_mine(deliveries, environment_id, destination_id), some)
                found |= {row.user_key for row in await connection.execute(query.distinct())}
        return found

    async def depth(self, environment_id: int, destination_id: str) -> int:
        """Count what waits, up to the bound."""
        some = select(deliveries.c.position).where(*_mine(deliveries, environment_id, destination_id)).limit(DEPTH_MAX)
        query = select(func.count()).select_from(some.subquery())
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def note(self, environment_id: int, destination_id: str, parked: Parked | None) -> None:
        """Write down that a destination is left alone, or that it answers again."""
        mine = _mine(parked_table, environment_id, destination_id)
        if parked is None:
            async with self._database.read() as connection:
                if await connection.scalar(select(parked_table.c.parked_until).where(*mine)) is None:
                    return
            async with self._database.write() as connection:
                await connection.execute(delete(parked_table).where(*mine))
            return
        row = {"environment_id": environment_id, "destination_id": destination_id, **msgspec.structs.asdict(parked)}
        async with self._database.write() as connection:
            await connection.execute(_PARK, row)

    async def parked(self, environment_id: int) -> dict[str, Parked]:
        """Tell which destinations have not answered since they were left alone."""
        query = select(parked_table).where(parked_table.c.environment_id == environment_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return {
                row.destination_id: Parked(parked_until=row.parked_until, failures=row.failures, reason=row.reason)
                for row in rows
            }

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
        """Take positions off, put others at a later time, and count."""
        async with self._database.write() as connection:
            for part in chunks(done):
                some = deliveries.c.position.in_(part)
                await connection.execute(
                    delete(deliveries).where(*_mine(deliveries, environment_id, destination_id), some)
                )
            await write_deliveries(connection, deferred=again, tallies=tallies, failures=failures)
            if forgotten:
                await hear(connection, forgotten)

    async def tallies(
        self, environment_id: int, destination_id: str, *, since_hour: int, name: str | None = None
    ) -> list[Tally]:
        """Read the counts from that hour on."""
        mine = _mine(delivery_counts, environment_id, destination_id, name)
        columns = [delivery_counts.c[name] for name in Tally.__struct_fields__]
        query = select(*columns).where(*mine, delivery_counts.c.hour >= since_hour)
        async with self._database.read() as connection:
            return [Tally(*row) for row in await connection.execute(query.order_by(delivery_counts.c.hour))]

    async def failures(
        self, environment_id: int, destination_id: str, *, limit: int, name: str | None = None
    ) -> list[Failure]:
        """Read the newest failures, newest first."""
        mine = _mine(delivery_failures, environment_id, destination_id, name)
        newest = delivery_failures.c.at.desc(), delivery_failures.c.position.desc()
        async with self._database.read() as connection:
            rows = await connection.execute(select(delivery_failures).where(*mine).order_by(*newest).limit(limit))
            return [Failure(**row._mapping) for row in rows]  # noqa: SLF001 as in `delivery_rows`

    async def again(self, environment_id: int, destination_id: str, *, now: int) -> int:
        """Put the failures that are kept back into the queue."""
        mine = _mine(delivery_failures, environment_id, destination_id)
        async with self._database.write() as connection:
            gone = delete(delivery_failures).where(*mine, func.length(delivery_failures.c.body) > 0)
            rows = (await connection.execute(gone.returning(*delivery_failures.columns))).all()
            failures = [Failure(**row._mapping) for row in rows]  # noqa: SLF001 as in `delivery_rows`
            deferred = [_anew(failure, now) for failure in failures]
            await write_deliveries(connection, deferred=deferred, tallies=(), failures=())
        return len(deferred)


def _anew(failure: Failure, now: int) -> Deferred:
    return Deferred(
        environment_id=failure.environment_id,
        destination_id=failure.destination_id,
        position=failure.position,
        due_at=now,
        user_key="",
        name=failure.name,
        received_at=now,
        first_at=now,
        tries=0,
        error="",
        body=failure.body,
    )


def _mine(table: Any, environment_id: int, destination_id: str, name: str | None = None) -> tuple[Any, ...]:
    mine = (table.c.environment_id == environment_id, table.c.destination_id == destination_id)
    return mine if name is None else (*mine, table.c.name == name)
