"""Bringing a database to the tables that this version needs, or back to those of an older one."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from tidings.backends.sql.database import Database
from tidings.errors import ConfigurationError

HEAD = "0038"
"""The newest revision. Said here too, so that a start needs neither Alembic nor its scripts to see that it has it."""

_SCRIPTS = Path(__file__).parent / "migrations"
_VERSION = "alembic_version"


async def migrate(database: Database, revision: str = "head") -> list[str]:
    """Bring the database to a revision; return what was run, in order, empty when it was there already.

    A revision that lies behind is gone back to (`base`: to no table at all); what is undone is returned as
    `0002 undone`. Many processes may start at once: one runs, the others wait for its transaction and then find
    nothing left to do. Every revision of one call is applied in one transaction, wholly or not at all. Raises
    `ConfigurationError` when the database was written by a newer version of tidings, or cannot be used.
    """
    await database.check()
    wanted, stands = HEAD if revision == "head" else revision, await current(database)
    if stands == wanted:
        return []
    try:
        async with database.write() as connection:
            return await connection.run_sync(_run, revision)
    except DBAPIError as error:
        try:
            database.raise_misfit(error)  # such as: this user may make no tables
        except ConfigurationError as misfit:
            where = f"is at revision {stands}" if stands else "has no tables yet"
            raise ConfigurationError(
                f"{misfit}, or let its owner run `tidings migrate`: it {where}, and {wanted} is needed"
            ) from None
        raise


async def current(database: Database) -> str | None:
    """Tell at which revision the database stands; None when it is empty."""
    async with database.read() as connection:
        if not await connection.run_sync(lambda sync: inspect(sync).has_table(_VERSION)):
            return None
        revision: str | None = await connection.scalar(text(f"SELECT version_num FROM {_VERSION}"))
        return revision


def _run(connection: Connection, revision: str) -> list[str]:
    # Late, because importing Alembic takes longer than everything else that a start does.
    from alembic import command  # noqa: PLC0415 see above
    from alembic.config import Config  # noqa: PLC0415 see above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 see above
    from alembic.util import CommandError  # noqa: PLC0415 see above

    ran: list[str] = []
    config = Config(attributes={"connection": connection, "ran": ran})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    alone(connection)
    try:
        back = _lies_behind(connection, ScriptDirectory.from_config(config), revision)
        (command.downgrade if back else command.upgrade)(config, revision)
    except CommandError as error:
        raise ConfigurationError(
            f"the database (database_url) cannot be brought to revision {revision!r}: {error}. "
            "Was it written by a newer tidings? Then run that version, or name another database"
        ) from error
    return ran


def alone(connection: Connection) -> None:
    """Let nobody else migrate until this transaction ends. On SQLite whoever has said something is alone."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("SELECT 1")
    else:
        for statement in (
            "SET LOCAL statement_timeout = 0",
            "SET LOCAL lock_timeout = 0",
            f"SELECT pg_advisory_xact_lock({_LOCK})",
            "SET LOCAL lock_timeout = '5s'",  # who waits for a table holds up all who come after: rather try again
        ):
            connection.exec_driver_sql(statement)


_LOCK = 0x7469_6469  # "tidi"


def _lies_behind(connection: Connection, scripts: Any, revision: str) -> bool:
    if revision in {"head", "heads"} or revision.startswith("+") or not inspect(connection).has_table(_VERSION):
        return False
    stands = connection.scalar(text(f"SELECT version_num FROM {_VERSION}"))
    if revision == "base" or revision.startswith("-"):
        return True
    behind = {script.revision for script in scripts.iterate_revisions(stands, "base")} if stands else set()
    target = scripts.get_revision(revision)
    return target is not None and target.revision in behind and target.revision != stands


def applied(ran: list[str]) -> Any:
    """Make the hook by which Alembic notes each revision it has run."""

    def note(*, step: Any, **_rest: Any) -> None:
        ran.append(step.up_revision_id if step.is_upgrade else f"{step.up_revision_id} undone")

    return note
