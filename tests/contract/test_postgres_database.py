"""What only a database across the network can suffer, and the words that its operator reads."""

import asyncio

import pytest
from sqlalchemy import text

from tidings.backends.sql.database import Database
from tidings.backends.sql.migrate import migrate
from tidings.backends.sql.tables import revisions
from tidings.errors import ConfigurationError, Unavailable
from tidings.testing.postgres import LOCKED_PASSWORD, LOCKED_USER


@pytest.fixture
async def database(postgres_url):
    """An empty database without a table."""
    database = Database.postgres(postgres_url)
    yield database
    await database.close()


async def one(database, *, write=False):
    """Ask something."""
    async with database.write() if write else database.read() as connection:
        return await connection.scalar(text("SELECT 1"))


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:secret@h/d",
        "postgresql://u:se#cret@h/d",
        "postgresql://u:secret@h:port/d",
        "postgresql://u:se@cret@h/d",
        "postgresql://u:secret@h/d?sslmode",
        "postgresql://u:secret@[::1/d",
        "secret",
    ],
)
def test_a_wrong_url_is_refused_unread(url):
    """What is no URL of a PostgreSQL database is refused by the name of the setting, and never quoted."""
    with pytest.raises(ConfigurationError, match="database_url") as refused:
        Database.postgres(url)

    assert "cret" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("option", ["sslmode=sometimes", "sslmode=verify-full&sslrootcert=/nowhere.pem", "colour=red"])
async def test_a_wrong_option_is_named(postgres_url, option):
    """An option of the URL that cannot be is a wrong setting, not an outage."""
    database = Database.postgres(f"{postgres_url}?{option}")

    with pytest.raises(ConfigurationError, match="database_url"):
        await database.check()
    await database.close()


async def test_a_wrong_password_is_named(postgres_server):
    """A password that the server refuses is a wrong setting, told without the password."""
    database = Database.postgres(postgres_server.url(user=LOCKED_USER, password="not-this-one"))

    with pytest.raises(ConfigurationError, match="password in database_url") as refused:
        await migrate(database)

    assert "not-this-one" not in str(refused.value)
    with pytest.raises(Unavailable, match="database_url"):  # when it was right once, waiting may mend it
        await one(database)
    await database.close()


async def test_special_characters_are_written_with_percent_signs(postgres_server):
    """A password of special characters opens the door, written as URLs write them."""
    role = f"{LOCKED_USER} LOGIN PASSWORD '{LOCKED_PASSWORD}'"
    postgres_server.execute(f"CREATE ROLE {role}")

    database = Database.postgres(postgres_server.url(user=LOCKED_USER, password="p%40ss%2Fword"))

    assert await one(database) == 1
    await database.close()
    postgres_server.execute(f"DROP ROLE {LOCKED_USER}")


async def test_a_database_that_is_not_there_is_named(postgres_server):
    """A name that the server does not know is a wrong setting, and the sentence says what to do."""
    database = Database.postgres(postgres_server.url("nowhere"))

    with pytest.raises(ConfigurationError, match="create it"):
        await migrate(database)
    await database.close()


async def test_a_user_who_may_not_make_tables_is_told(postgres_server, postgres_url):
    """Without the right to make tables nothing is half made, and the sentence says what to grant."""
    postgres_server.execute("CREATE ROLE guest LOGIN")
    database = Database.postgres(postgres_url.replace("//tidings@", "//guest@"))

    with pytest.raises(
        ConfigurationError, match=r"grant.*or let its owner run `tidings migrate`: it has no tables yet"
    ):
        await migrate(database)
    await database.close()
    postgres_server.execute("DROP ROLE guest")


async def test_a_server_that_is_away_is_unavailable(postgres_server):
    """Where nobody listens, callers hear which setting names the place, and may try again."""
    database = Database.postgres("postgresql://u:secret@127.0.0.1:1/d")

    with pytest.raises(Unavailable, match="database_url") as refused:
        await migrate(database)

    assert "secret" not in str(refused.value)
    await database.close()


async def test_connections_cut_off_are_made_anew(postgres_server, database):
    """After the server has ended an idle connection, the next transaction does not notice."""
    async with database.write() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
    postgres_server.execute(f"SELECT pg_terminate_backend({driver.get_server_pid()}, 10000)")
    while not driver.is_closed():
        await asyncio.sleep(0)

    assert await one(database, write=True) == 1


async def test_a_transaction_that_is_cut_off_is_unavailable(postgres_server, database):
    """What was begun when the connection went is undone and told as an outage; the next attempt succeeds."""
    await migrate(database)

    async def cut_off():
        async with database.write() as connection:
            await connection.execute(revisions.insert().values(kind="r", revision=1))
            pid = await connection.scalar(text("SELECT pg_backend_pid()"))
            postgres_server.execute(f"SELECT pg_terminate_backend({pid}, 10000)")
            await connection.execute(revisions.insert().values(kind="s", revision=1))

    with pytest.raises(Unavailable):
        await cut_off()

    async with database.read() as connection:
        assert (await connection.execute(revisions.select())).all() == []


async def test_a_standby_is_unavailable(postgres_server, postgres_url):
    """A database that takes no writes is an outage, not a mistake; the connection is not kept."""
    database = Database.postgres(f"{postgres_url}?target_session_attrs=any")
    await migrate(database)
    name = postgres_url.rpartition("/")[2]
    postgres_server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await database.close()

    with pytest.raises(Unavailable, match="takes no writes"):
        async with database.write() as connection:
            await connection.execute(revisions.insert().values(kind="r", revision=1))
    strict = Database.postgres(postgres_url)
    with pytest.raises(Unavailable, match="takes no writes"):
        await one(strict)

    postgres_server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    async with database.write() as connection:
        await connection.execute(revisions.insert().values(kind="r", revision=1))
    await database.close()
    await strict.close()


async def test_two_that_wait_for_each_other_are_told_to_try_again(database):
    """Of two transactions that each hold what the other wants, one is undone and told that it may try again."""
    await migrate(database)
    async with database.write() as connection:
        await connection.execute(revisions.insert(), [{"kind": "a", "revision": 0}, {"kind": "b", "revision": 0}])
    both = asyncio.Barrier(2)

    async def take(first, second):
        async with database.write() as connection:
            add = revisions.update().values(revision=revisions.c.revision + 1)
            await connection.execute(add.where(revisions.c.kind == first))
            await both.wait()
            await connection.execute(add.where(revisions.c.kind == second))

    ended = await asyncio.gather(take("a", "b"), take("b", "a"), return_exceptions=True)

    assert sorted(type(each) for each in ended if each is not None) == [Unavailable]
    async with database.read() as connection:
        assert [row[1] for row in await connection.execute(revisions.select())] == [1, 1]


async def test_a_server_that_dies_and_comes_back(own_postgres_server):
    """While the server is dead every transaction is unavailable; when it is back the same database works on."""
    database = Database.postgres(own_postgres_server.url())
    assert await one(database) == 1

    own_postgres_server.kill()
    for write in (False, True):
        with pytest.raises(Unavailable):
            await one(database, write=write)

    own_postgres_server.start()
    assert await one(database) == await one(database, write=True) == 1
    await database.close()


async def test_too_many_connections_are_unavailable(postgres_server):
    """A server that has no connection left is an outage whose sentence says what to change."""
    postgres_server.execute("CREATE ROLE narrow LOGIN CONNECTION LIMIT 0")
    database = Database.postgres(postgres_server.url(user="narrow"))

    with pytest.raises(Unavailable, match="max_connections"):
        await one(database)
    await database.close()
    postgres_server.execute("DROP ROLE narrow")
