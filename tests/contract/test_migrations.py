import asyncio
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from tidings.backends.sql import migrate as migrations
from tidings.backends.sql.database import Database
from tidings.backends.sql.migrate import HEAD, current, migrate
from tidings.backends.sql.tables_identity import metadata
from tidings.errors import ConfigurationError


@pytest.fixture
async def empty(tmp_path):
    """A database without a table."""
    database = Database.sqlite(tmp_path / "empty.db")
    yield database
    await database.close()


async def test_an_empty_database_is_brought_to_head(empty):
    """The first migration runs every revision and says which."""
    assert await current(empty) is None

    assert (await migrate(empty))[-1] == HEAD

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

    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_sightings_are_stored_in_the_order_of_their_key(database):
    """What Alembic cannot compare: the table of sightings is its own index."""
    async with database.read() as connection:
        if connection.dialect.name == "sqlite":
            sql = await connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'seen'"))
            assert sql.strip().endswith("WITHOUT ROWID")


async def test_what_was_done_can_be_undone(empty, monkeypatch):
    """Downgrading the first revision leaves no table but Alembic's own."""
    from alembic import command

    await migrate(empty)
    monkeypatch.setattr(command, "upgrade", command.downgrade)

    async with empty.write() as connection:
        await connection.run_sync(migrations._upgrade, "base")

    async with empty.read() as connection:
        names = await connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        assert [name for name in names if not name.startswith("sqlite_")] == ["alembic_version"]


async def test_two_that_start_at_once_migrate_once(tmp_path):
    """One of two openers of a new database migrates it; the other waits and finds it done."""
    path = tmp_path / "state.db"
    databases = [Database.sqlite(path), Database.sqlite(path)]

    ran = await asyncio.gather(*(migrate(database) for database in databases))

    first, second = sorted(ran, key=len)
    assert (first, second[-1]) == ([], HEAD)
    for database in databases:
        await database.close()


def test_processes_that_start_at_once_migrate_once(tmp_path):
    """Of three processes that open a new database, one migrates it and none fails."""
    program = (
        "import asyncio, sys; from pathlib import Path\n"
        "from tidings.backends.sql.database import Database\n"
        "from tidings.backends.sql.migrate import migrate\n"
        "async def main():\n"
        "    database = Database.sqlite(Path(sys.argv[1]))\n"
        "    print(len(await migrate(database)))\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
    )
    started = [
        subprocess.Popen(  # noqa: S603 our own interpreter and program
            [sys.executable, "-c", program, str(tmp_path / "state.db")], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]

    printed = sorted(process.communicate(timeout=60)[0].strip() for process in started)

    assert printed[:2] == ["0", "0"]
    assert int(printed[2]) > 0


def test_a_start_at_head_needs_no_alembic(tmp_path):
    """Looking whether there is something to migrate does not import Alembic: that would be most of a start."""
    program = (
        "import asyncio, sys; from pathlib import Path\n"
        "from tidings.backends.sql.database import Database\n"
        "from tidings.backends.sql.migrate import migrate\n"
        "async def main():\n"
        "    database = Database.sqlite(Path(sys.argv[1]))\n"
        "    await migrate(database)\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
        "print('alembic' in sys.modules)\n"
    )
    printed = [
        subprocess.run(  # noqa: S603 our own interpreter and program
            [sys.executable, "-c", program, str(tmp_path / "state.db")], capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]

    assert printed == ["True", "False"]


async def test_a_newer_database_is_refused(database):
    """A database that a newer version has migrated is not touched, and the message says what to suspect."""
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(ConfigurationError, match="newer"):
        await migrate(database)
