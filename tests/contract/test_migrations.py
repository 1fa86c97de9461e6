import asyncio
import re
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from tidings.backends.sql import migrate as migrations
from tidings.backends.sql.migrate import HEAD, current, migrate
from tidings.backends.sql.schema import metadata
from tidings.errors import ConfigurationError

_CONFIG = Config()
_CONFIG.set_main_option("script_location", str(migrations._SCRIPTS))
REVISIONS = [script.revision for script in ScriptDirectory.from_config(_CONFIG).walk_revisions()][::-1]


def revisions() -> list[str]:
    """Every revision there is, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(migrations._SCRIPTS))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


REVISIONS = revisions()


@pytest.fixture
def empty(database_place, open_database):
    """A database without a table."""
    database_place.make()
    return open_database()


async def test_an_empty_database_is_brought_to_head(empty):
    """The first migration runs every revision and says which."""
    assert await current(empty) is None

    assert await migrate(empty) == REVISIONS

    assert await current(empty) == HEAD


async def test_a_database_at_head_is_left_alone(database):
    """Migrating again runs nothing."""
    assert await migrate(database) == []


def test_head_is_the_newest_script():
    """The revision that a start looks for is the newest there is."""
    config = Config()
    config.set_main_option("script_location", str(migrations._SCRIPTS))

    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_the_migrated_tables_are_the_declared_tables(database):
    """Migrations and declarations say the same, index by index."""

    def named(name, kind, _parents):
        return kind != "table" or not re.search(r"_(default|p\d+)$", name)  # a partition is part of its table

    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection, opts={"include_name": named}), metadata)

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_sightings_are_stored_in_the_order_of_their_key(database):
    """What Alembic cannot compare: the table of sightings is its own index."""
    async with database.read() as connection:
        if connection.dialect.name == "sqlite":
            sql = await connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'seen'"))
            assert sql.strip().endswith("WITHOUT ROWID")
            assert "PRIMARY KEY (environment_id, day, user_key, digest)" in " ".join(sql.split()).replace(
                "pk_seen ", ""
            )
        else:
            sql = await connection.scalar(text("SELECT pg_get_partkeydef('seen'::regclass)"))
            assert sql == "RANGE (day)"


async def test_what_was_done_can_be_undone(empty):
    """Going back to the beginning leaves no table but Alembic's own, and the way forward is open again."""
    await migrate(empty)

    undone = await migrate(empty, "base")

    assert undone[-1] == "0001 undone"
    async with empty.read() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == ["alembic_version"]
    assert (await migrate(empty))[-1] == HEAD


async def test_what_hangs_on_a_message_outlives_a_new_order(empty):
    """Queue, attempts, history, contents and outbox are the same rows, whichever key their tables have."""
    await migrate(empty, "0037")
    rows = {
        "due": (1, "u:ann", "m1", 5, "w", 1, "l"),
        "attempts": (1, "u:ann", "m1", 1, "email", "smtp", 5, None, b"{}", "w"),
        "data_log": (1, "u:ann", "m1", 10, "SENT", 5, b"{}"),
        "outputs": (1, "u:ann", "m1", "email", b"x"),
        "outbox": (1, "m1", "email", "ann", b"x", 5),
    }
    async with empty.write() as connection:
        for name, row in rows.items():
            table = metadata.tables[name]
            await connection.execute(table.insert().values(dict(zip(table.columns.keys(), row, strict=True))))

    for revision in ("head", "0037", "head"):
        await migrate(empty, revision)
        async with empty.read() as connection:
            for name, row in rows.items():
                assert [tuple(each) for each in await connection.execute(metadata.tables[name].select())] == [row]


async def test_two_that_start_at_once_migrate_once(empty, open_database):
    """One of two openers of a new database migrates it; the other waits and finds it done."""
    ran = await asyncio.gather(*(migrate(database) for database in (empty, open_database())))

    assert sorted(ran, key=len) == [[], REVISIONS]


def test_processes_that_start_at_once_migrate_once(database_place):
    """Of three processes that open a new database, one migrates it and none fails."""
    database_place.make()
    started = [
        subprocess.Popen(  # noqa: S603 our own interpreter and program
            [sys.executable, "-c", _program(database_place)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]

    printed = sorted(process.communicate(timeout=60)[0].split()[0] for process in started)

    assert printed == ["0", "0", str(len(REVISIONS))]


def test_a_start_at_head_needs_no_alembic(database_place):
    """Looking whether there is something to migrate does not import Alembic: that would be most of a start."""
    database_place.make()
    printed = [
        subprocess.run(  # noqa: S603 our own interpreter and program
            [sys.executable, "-c", _program(database_place)], capture_output=True, text=True, check=True
        ).stdout.split()[1]
        for _ in range(2)
    ]

    assert printed == ["True", "False"]


def _program(place):
    """Migrate; print how many revisions ran, and whether Alembic was needed."""
    return f"""
import asyncio, sys
{place.opening}
from tidings.backends.sql.migrate import migrate
async def main():
    database = open_database()
    print(len(await migrate(database)), "alembic" in sys.modules)
    await database.close()
asyncio.run(main())
"""


async def test_a_newer_database_is_refused(database):
    """A database that a newer version has migrated is not touched, and the message says what to suspect."""
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(ConfigurationError, match="newer"):
        await migrate(database)
