"""The installation's own row, over SQL."""

import secrets
from typing import Any

from sqlalchemy import func, null, select, text, update

from tidings.backends.sql.database import Database
from tidings.backends.sql.tables_ledger import installation
from tidings.ports import Hold

_DATABASE = text("SELECT datname::text, oid::bigint FROM pg_database WHERE datname = current_database()")
_MAY_ASK = text("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')")
_SERVER = text("SELECT system_identifier::text FROM pg_control_system()")
_itself = installation.c.number == 1


class SqlInstallationStore:
    """Which installation this is, where it lives, whether it is held."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def id(self) -> str:
        """Read the id."""
        async with self._database.read() as connection:
            found: str = await connection.scalar(select(installation.c.id).where(_itself)) or ""
            return found

    async def home(self) -> str | None:
        """Read where it lived."""
        async with self._database.read() as connection:
            home: str | None = await connection.scalar(select(installation.c.home).where(_itself))
            return home

    async def server(self) -> tuple[str, int, str] | None:
        """Ask PostgreSQL; a standby that takes over has the same numbers, a restored dump has not."""
        if self._database.dialect == "sqlite":
            return None
        async with self._database.read() as connection:
            database = (await connection.execute(_DATABASE)).one()
            told = await connection.scalar(_MAY_ASK)
            server = await connection.scalar(_SERVER) if told else ""
        return database[0], database[1], server or ""

    async def move_in(self, home: str, *, instead_of: str | None, held_because: str = "", now: int) -> bool:
        """Compare and set."""
        before = installation.c.home == (null() if instead_of is None else instead_of)
        values: dict[Any, Any] = {installation.c.home: home}
        if held_because:
            values |= {
                installation.c.id: secrets.token_hex(16),
                installation.c.held_at: func.coalesce(installation.c.held_at, now),
                installation.c.held_because: func.coalesce(installation.c.held_because, held_because),
            }
        async with self._database.write() as connection:
            return (await connection.execute(update(installation).where(_itself, before).values(values))).rowcount == 1

    async def hold(self) -> Hold | None:
        """Read the hold."""
        async with self._database.read() as connection:
            found = select(installation.c.held_at, installation.c.held_because).where(_itself)
            row = (await connection.execute(found)).first()
        return Hold(row[0], row[1] or "") if row is not None and row[0] is not None else None

    async def keep(self, because: str, *, now: int) -> Hold:
        """Hold, unless it is held."""
        free = installation.c.held_at == null()
        async with self._database.write() as connection:
            await connection.execute(
                update(installation).where(_itself, free).values(held_at=now, held_because=because)
            )
        return await self.hold() or Hold(now, because)

    async def release(self) -> bool:
        """Clear the hold."""
        held = installation.c.held_at != null()
        async with self._database.write() as connection:
            released = update(installation).where(_itself, held).values(held_at=None, held_because=None)
            return (await connection.execute(released)).rowcount == 1
