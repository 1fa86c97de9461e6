"""Bulk jobs, over SQL."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, and_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.bulk import insert_rows
from tidings.backends.sql.chunks import chunks
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.expansion_rows import expansion_row
from tidings.backends.sql.tables_bulk import bulk_jobs as jobs
from tidings.backends.sql.tables_bulk import bulk_users as table
from tidings.backends.sql.tables_lists import expansions
from tidings.bulk_jobs import BulkJob, BulkUser
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.ports import Page
from tidings.recipients import BULK_JOB, Expansion, list_lane

USERS_MAX = 1_000_000
_MAKE = insert(jobs).on_conflict_do_nothing()


class SqlBulkStore:
    """Bulk jobs in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, job: BulkJob) -> None:
        """Keep a new job."""
        row = {
            "environment_id": job.environment_id,
            "id": job.id,
            "definition": msgspec.json.encode(job.definition),
            "message": msgspec.json.encode(job.message),
            "received": 0,
            "created": job.created,
            "run_at": None,
        }
        async with self._database.write() as connection:
            await connection.execute(_MAKE, row)

    async def get(self, environment_id: int, job_id: str) -> BulkJob:
        """Read one."""
        async with self._database.read() as connection:
            return await _job(connection, environment_id, job_id)

    async def add(self, environment_id: int, job_id: str, users: Sequence[BulkUser]) -> set[str]:
        """Add users; the job's row is locked meanwhile, so their numbers follow each other."""
        async with self._database.write() as connection:
            job = await _job(connection, environment_id, job_id, locked=True)
            if job.run_at is not None:
                raise Conflict("the job was run already: make a new one")
            if job.received + len(users) > USERS_MAX:
                raise TooLarge(f"a job has {USERS_MAX} users at most", path="users")
            before = await _standing(connection, environment_id, job_id, [user.key for user in users])
            fresh = [user for user in users if user.key not in before]
            rows = [
                (environment_id, job_id, job.received + number, user.key, msgspec.json.encode(user.user))
                for number, user in enumerate(fresh, 1)
            ]
            await insert_rows(connection, [(table, rows)])
            received = job.received + len(rows)
            await connection.execute(update(jobs).where(_is(environment_id, job_id)).values(received=received))
        return before

    async def run(self, environment_id: int, job_id: str, *, now: int) -> None:
        """Make it a request to many."""
        async with self._database.write() as connection:
            job = await _job(connection, environment_id, job_id, locked=True)
            if job.run_at is not None:
                raise Conflict("the job was run already: a job runs once")
            wanted = Expansion(
                environment_id=environment_id,
                id=job_id,
                received_at=now,
                priority=1,
                body=msgspec.json.encode({**job.message, "to": {BULK_JOB: job_id}}),
                lane=list_lane(job_id),
            )
            await insert_rows(connection, [(expansions, [expansion_row(wanted)])])
            await connection.execute(update(jobs).where(_is(environment_id, job_id)).values(run_at=now))

    async def users(self, environment_id: int, job_id: str, *, limit: int, cursor: str | None) -> Page[BulkUser]:
        """List users."""
        place = decode(cursor, int)
        async with self._database.read() as connection:
            await _job(connection, environment_id, job_id)
            after = int(place[0]) if place else 0
            found = await users_of(connection, environment_id, job_id, after=after, limit=limit + 1)
        return Page(found[:limit], encode(found[limit - 1].number) if len(found) > limit else None)


async def users_of(
    connection: AsyncConnection, environment_id: int, job_id: str, *, after: int, limit: int
) -> list[BulkUser]:
    """Read users after that number."""
    of = (table.c.environment_id == environment_id, table.c.job_id == job_id, table.c.number > after)
    query = select(table.c.number, table.c.key, table.c.user).where(*of).order_by(table.c.number).limit(limit)
    return [
        BulkUser(number=row[0], key=row[1], user=msgspec.json.decode(row[2])) for row in await connection.execute(query)
    ]


async def _standing(connection: AsyncConnection, environment_id: int, job_id: str, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    query = select(table.c.key).where(table.c.environment_id == environment_id, table.c.job_id == job_id)
    for part in chunks(keys):
        found |= set(await connection.scalars(query.where(table.c.key.in_(part))))
    return found


async def _job(connection: AsyncConnection, environment_id: int, job_id: str, *, locked: bool = False) -> BulkJob:
    query = select(jobs).where(_is(environment_id, job_id))
    row: Row[Any] | None = (await connection.execute(query.with_for_update() if locked else query)).first()
    if row is None:
        raise NotFound(f"there is no bulk job {job_id!r}")
    return BulkJob(
        environment_id=row.environment_id,
        id=row.id,
        definition=msgspec.json.decode(row.definition),
        message=msgspec.json.decode(row.message),
        received=row.received,
        created=row.created,
        run_at=row.run_at,
    )


def _is(environment_id: int, job_id: str) -> Any:
    return and_(jobs.c.environment_id == environment_id, jobs.c.id == job_id)
