import pytest
from sqlalchemy import func, select, text

from tidings.backends.sql.tables import revisions
from tidings.errors import Unavailable


async def count(database, reason="r"):
    """Count something."""
    async with database.write() as connection:
        await connection.execute(revisions.insert().values(kind=reason, revision=1))


async def counted(database):
    """How much was counted."""
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(revisions))


async def test_a_write_that_fails_leaves_nothing(database):
    """A transaction that ends in an exception is undone."""

    async def break_off():
        async with database.write() as connection:
            await connection.execute(revisions.insert().values(kind="r", revision=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()

    assert await counted(database) == 0


async def test_a_reader_sees_one_state(database):
    """What is committed while a reader reads, it does not see; and it keeps nobody from writing."""
    async with database.read() as connection:
        before = await connection.scalar(select(func.count()).select_from(revisions))
        await count(database)
        assert await connection.scalar(select(func.count()).select_from(revisions)) == before == 0

    assert await counted(database) == 1


async def test_a_mistake_stays_a_mistake(database):
    """A wrong statement is not told as an outage: trying again would not help."""
    with pytest.raises(Exception, match="syntax error") as mistake:
        async with database.write() as connection:
            await connection.execute(text("SELECT FROM WHERE"))
    assert not isinstance(mistake.value, Unavailable)


@pytest.mark.parametrize("statement", ["SELECT 1 FROM nowhere", "SELECT gone FROM revisions"])
async def test_tables_of_another_version_are_an_outage(database, statement):
    """What is missing because somebody migrated back is no fault of what was to be written: it waits, and says so."""
    with pytest.raises(Unavailable, match="tidings migrate"):
        async with database.write() as connection:
            await connection.execute(text(statement))


async def test_closing_twice(database):
    """Closing is safe to repeat."""
    await count(database)
    await database.close()
    await database.close()
