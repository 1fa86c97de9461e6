"""Partitions of PostgreSQL's tables by time: made ahead, and dropped whole when nobody needs them any more (ADR 0014).

A partition is named after its number: `seen_p20454` holds day 20454, `inbound_events_p2922` week 2922 since 1970.
What lies before and after those that were made goes to `…_default`, so nothing is ever refused for want of one.
"""

import re

import msgspec
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.database import Database
from tidings.errors import Unavailable

_log = structlog.get_logger(__name__)

_DAY_MS = 86_400_000
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'"  # who waits for a table holds up all who come after; there is time
_ONE_AT_A_TIME = f"SELECT pg_advisory_xact_lock({0x7469_6470})"  # "tidp": every worker tidies up

_ALL = text(
    "SELECT child.relname, greatest(child.reltuples, 0)::bigint FROM pg_inherits"
    " JOIN pg_class child ON child.oid = inhrelid WHERE inhparent = to_regclass(:name)"
)


class Partitioned(msgspec.Struct, frozen=True, kw_only=True):
    """A table that is partitioned by time."""

    name: str
    days: int
    """How many days one partition holds."""
    unit: int
    """What one day is in the column that tells the partitions apart."""
    ahead: int
    """How many partitions are made beforehand; each has so long to succeed."""

    def number(self, at: int) -> int:
        """Tell which partition holds that time (ms)."""
        return at // (self.days * _DAY_MS)

    def starts(self, at: int) -> int:
        """Tell when the partition of that time (ms) begins."""
        return self.number(at) * self.days * _DAY_MS

    def creation(self, number: int) -> str:
        """Make a partition."""
        width = self.days * self.unit
        bounds = f"FROM ({number * width}) TO ({(number + 1) * width})"
        return f"CREATE TABLE IF NOT EXISTS {self.name}_p{number} PARTITION OF {self.name} FOR VALUES {bounds}"


SEEN = Partitioned(name="seen", days=1, unit=1, ahead=3)
EVENTS = Partitioned(name="inbound_events", days=7, unit=_DAY_MS, ahead=2)


async def make_ahead(database: Database, table: Partitioned, *, now: int) -> None:
    """Make the partition of now and the next ones. One that cannot be made is left for the next round."""
    numbers = range(table.number(now), table.number(now) + table.ahead)
    async with database.read() as connection:
        made = await _numbers(connection, table)
    for number in numbers:
        if number not in made:
            await _do(database, table.creation(number))


async def drop_before(database: Database, table: Partitioned, *, before: int) -> int:
    """Drop the partitions that hold nothing from that time (ms) on; return about how many rows went with them."""
    dropped = 0
    async with database.read() as connection:
        made = await _numbers(connection, table)
    for number, rows in sorted(made.items()):
        if number < table.number(before) and await _do(database, f"DROP TABLE IF EXISTS {table.name}_p{number}"):
            dropped += rows
    return dropped


async def _numbers(connection: AsyncConnection, table: Partitioned) -> dict[int, int]:
    rows = await connection.execute(_ALL, {"name": table.name})
    names = ((re.fullmatch(rf"{table.name}_p(\d+)", name), about) for name, about in rows)
    return {int(name[1]): about for name, about in names if name}


async def _do(database: Database, statement: str) -> bool:
    try:
        async with database.write() as connection:
            await connection.execute(text(_LOCK_TIMEOUT))
            await connection.execute(text(_ONE_AT_A_TIME))
            await connection.execute(text(statement))
    except (Unavailable, DBAPIError) as error:  # in use; or its rows lie in default; or this user may make no tables
        _log.info("partition.left", statement=statement, error=type(error).__name__)
        return False
    return True
