"""Lends every suite an empty, migrated state database of each backend."""

import itertools
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tidings.backends.sql.database import Database
from tidings.backends.sql.migrate import migrate
from tidings.testing.postgres import FORGETFUL, PostgresServer

_TEMPLATE = "migrated"
_templated: set[int] = set()
_emptied: dict[int, list[str]] = defaultdict(list)
"""Databases that a test is done with, as good as new; of each server, by its port."""
_lent: set[str] = set()
"""Databases with tables that a test has."""
_numbers = itertools.count(1)

_REMEMBER = """
CREATE SCHEMA as_new;
CREATE TABLE as_new.installation AS SELECT * FROM installation;
CREATE TABLE as_new.names AS SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace;
"""
_EMPTY = """
DO $$ DECLARE each text; BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL lock_timeout = '10s';
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'alembic_version'
    LOOP EXECUTE 'DELETE FROM ' || each; END LOOP;
    PERFORM setval(oid, 1, false) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
    INSERT INTO installation SELECT * FROM as_new.installation;
    IF EXISTS ((TABLE as_new.names EXCEPT SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace)
        UNION ALL (SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace EXCEPT TABLE as_new.names))
    THEN RAISE EXCEPTION 'its tables are other ones now'; END IF;
END $$;
"""
"""Much faster than to copy and to drop hundreds of files."""


def _refuse_lists_of_rows(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    """SQLite before 3.46 finds `(a, b) IN (VALUES …)` by no whole key; see `chunks.any_of` and `bulk.by_key`."""
    found = re.search(r"\([\w.]+,[^()]*\) IN \((VALUES|SELECT)", statement)
    assert found is None, f"walks its table: {statement}"


_filled: list[bytes] = []
"""An embedded database with its tables, once one was made."""


@dataclass(frozen=True)
class SqlitePlace:
    """One file. Other backends offer the same names."""

    path: Path
    one_writer_at_a_time: bool = True
    """Whether a writing transaction keeps all others from beginning."""

    def open(self) -> Database:
        """Open it as a process does; a statement that would walk a table for a list of rows is refused."""
        database = Database.sqlite(self.path)
        for engine in database.engines:
            event.listen(engine.sync_engine, "before_cursor_execute", _refuse_lists_of_rows)
        return database

    def make(self) -> None:
        """Make it, without a table: nothing to do, a file is made on first use."""

    async def fill(self) -> None:
        """Make it, with its tables: a copy of the first one that got them."""
        if _filled:
            self.path.write_bytes(_filled[0])
            return
        database = self.open()
        await migrate(database)
        await database.close()  # the last to leave moves the log into the file
        _filled.append(self.path.read_bytes())

    def drop(self) -> None:
        """Leave the file to the folder that it is in."""

    def written(self) -> list[bytes]:
        """Read everything that was written of it, byte by byte."""
        return [each.read_bytes() for each in self.path.parent.iterdir() if each.name.startswith(self.path.name)]

    @property
    def opening(self) -> str:
        """Python source of the function with which another process opens it."""
        return f"""
from pathlib import Path
from tidings.backends.sql.database import Database
def open_database():
    return Database.sqlite(Path({str(self.path)!r}))
"""


@dataclass(frozen=True)
class PostgresPlace:
    """One database of the tests' server."""

    server: PostgresServer
    name: str
    one_writer_at_a_time: bool = False

    @property
    def url(self) -> str:
        """Where it is."""
        return self.server.url(self.name)

    def open(self) -> Database:
        """Open it as a process does."""
        return Database.postgres(self.url)

    def make(self) -> None:
        """Make it, without a table."""
        self._create("template0")

    async def fill(self) -> None:
        """Make it, with its tables: a copy of a database that has them."""
        if self.server.port not in _templated:
            _templated.add(self.server.port)
            first = PostgresPlace(self.server, _TEMPLATE)
            first.make()
            database = first.open()
            try:
                await migrate(database)
            finally:
                await database.close()
            self.server.execute(_REMEMBER, database=_TEMPLATE)
        _lent.add(self.name)
        if emptied := _emptied[self.server.port]:
            self.server.execute(f"ALTER DATABASE {emptied.pop()} RENAME TO {self.name}")
        else:
            self._create(_TEMPLATE)

    def drop(self) -> None:
        """Give its room back, whoever is still connected. One with the tables that it had is emptied and lent again."""
        if self.name in _lent:
            _lent.remove(self.name)
            try:
                self.server.execute(_EMPTY, database=self.name)
            except subprocess.CalledProcessError:
                pass
            else:
                _emptied[self.server.port].append(self.name)
                return
        self.server.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def written(self) -> list[bytes]:
        """Read everything that was written of it, byte by byte."""
        self.server.execute("CHECKPOINT")
        folder = self.server.execute(f"SELECT oid FROM pg_database WHERE datname = '{self.name}'")
        return [each.read_bytes() for each in self.server.files(f"base/{folder}/*", "pg_wal/0*")]

    def _create(self, template: str) -> None:
        self.server.execute(f"CREATE DATABASE {self.name} TEMPLATE {template} STRATEGY file_copy")

    @property
    def opening(self) -> str:
        """Python source of the function with which another process opens it."""
        return f"""
from tidings.backends.sql.database import Database
def open_database():
    return Database.postgres({self.url!r})
"""


BACKENDS = ("sqlite", "postgres")
DatabasePlace = SqlitePlace | PostgresPlace


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server: one for each process of the tests, started when it is first asked for."""
    with _server() as server:
        yield server


@pytest.fixture
def own_postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server that a test may kill."""
    with _server() as server:
        yield server


@contextmanager
def _server() -> Iterator[PostgresServer]:
    with tempfile.TemporaryDirectory(prefix="tidings-pg-") as folder:
        Path(folder).chmod(0o755)
        with PostgresServer(Path(folder) / "server", settings=FORGETFUL) as server:
            yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a database of its own without a table."""
    place = PostgresPlace(postgres_server, f"t{next(_numbers)}")
    place.make()
    yield place.url
    place.drop()


@pytest.fixture(params=BACKENDS)
def database_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabasePlace]:
    """Somewhere that a state database can be, not made yet; each backend."""
    make: dict[str, Callable[[], DatabasePlace]] = {
        "sqlite": lambda: SqlitePlace(tmp_path / "state.db"),
        "postgres": lambda: PostgresPlace(request.getfixturevalue("postgres_server"), f"t{next(_numbers)}"),
    }
    place = make[request.param]()
    yield place
    place.drop()


@pytest.fixture
def sqlite_place(tmp_path: Path) -> SqlitePlace:
    """Where an embedded database can be, not made yet."""
    return SqlitePlace(tmp_path / "state.db")


@pytest.fixture
async def database(database_place: DatabasePlace) -> AsyncIterator[Database]:
    """An empty state database, at the newest revision."""
    await database_place.fill()
    opened = database_place.open()
    yield opened
    await opened.close()


@pytest.fixture
async def open_database(database_place: DatabasePlace) -> AsyncIterator[Callable[[], Database]]:
    """Open the same database once more, as another process would; closed afterwards."""
    opened: list[Database] = []

    def again() -> Database:
        opened.append(database_place.open())
        return opened[-1]

    yield again
    for each in opened:
        await each.close()
