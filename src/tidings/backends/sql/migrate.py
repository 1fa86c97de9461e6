"""Bringing a database to the tables that this version needs."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from tidings.backends.sql.database import Database

HEAD = "0004"
"""The newest revision. Said here too, so that a start needs neither Alembic nor its scripts to see that it has it."""

_SCRIPTS = Path(__file__).parent / "migrations"


async def migrate(database: Database, revision: str = "head") -> list[str]:
    """Bring the database to a revision; return what was run, in order, empty when it was there already.

    Two processes may start at once: one waits for the other's transaction and then finds nothing left to do. Every
    revision of one call is applied in one transaction, wholly or not at all. Raises `ConfigurationError` when the
    database was written by a newer version of tidings.
    """
    if await current(database) == (HEAD if revision == "head" else revision):
        return []
    async with database.write() as connection:
        return await connection.run_sync(_upgrade, revision)


async def current(database: Database) -> str | None:
    """Tell at which revision the database stands; None when it is empty."""
    async with database.read() as connection:
        try:
            revision: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        except DBAPIError:  # no such table
            return None
    return revision


def _upgrade(connection: Connection, revision: str) -> list[str]:
    # Late, because importing Alembic takes longer than everything else that a start does.
    from alembic import command  # noqa: PLC0415 see above
    from alembic.config import Config  # noqa: PLC0415 see above
    from alembic.util import CommandError  # noqa: PLC0415 see above

    from tidings.errors import ConfigurationError  # noqa: PLC0415 beside its only use

    ran: list[str] = []
    config = Config(attributes={"connection": connection, "ran": ran})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise ConfigurationError(
            f"the database cannot be brought to revision {revision!r}: {error}. Was it written by a newer tidings?"
        ) from error
    return ran


def applied(ran: list[str]) -> Any:
    """Make the hook by which Alembic notes each revision it has run."""

    def note(*, step: Any, **_rest: Any) -> None:
        ran.append(step.up_revision_id)

    return note
