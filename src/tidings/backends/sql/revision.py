"""Revisions: numbers that grow with every change of a kind, so that caches know when to read again."""

from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.tables import revisions

Kind = Literal["mapping", "providers", "destinations", "words"]
"""`mapping`: templates and event maps; `words`: brands, translations, topics and sending rules; `providers`: provider
configurations; `destinations`: these, sources, and whether there are audiences."""

_BUMP = text(
    "INSERT INTO revisions (kind, revision) VALUES (:kind, 1)"
    " ON CONFLICT (kind) DO UPDATE SET revision = revisions.revision + 1"
)


async def bump(connection: AsyncConnection, kind: Kind) -> None:
    """Tell that something of this kind changed, in the transaction that changes it: both are seen, or neither."""
    await connection.execute(_BUMP, {"kind": kind})


async def revision(connection: AsyncConnection, kind: Kind) -> int:
    """Read the number; 0 before the first change."""
    found = await connection.scalar(select(revisions.c.revision).where(revisions.c.kind == kind))
    return found or 0


OF_ALL = select(func.sum(revisions.c.revision))
"""The sum of them all: it grows with every change of any kind."""
OF_ALL_WORDS = "SELECT sum(revision) FROM revisions"
"""The same in SQLite's words."""
