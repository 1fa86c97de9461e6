import asyncio

import pytest

from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.errors import Unavailable
from tidings.pipeline import archiving
from tidings.records import DAY_MS
from tidings.workspaces import SourceChange, SourceSettings

ORDER = {"type": "track", "userId": "ann", "event": "Order", "properties": {"total": 5}}


@pytest.fixture
def database_place(sqlite_place):
    """One backend: what the archive asks of a database is told of each in the contract of its manifest."""
    return sqlite_place


async def test_what_was_applied_is_archived(library):
    """Each call is kept once, by environment and day; repeats and calls that were refused are not."""
    await library.accept(ORDER, {**ORDER, "messageId": "same"}, {**ORDER, "messageId": "same"})
    await library.accept(ORDER, environment_id=2)
    library.house.clock.at += DAY_MS
    await library.accept({**ORDER, "messageId": "next day"})
    await library.follow()

    assert await library.calls() == ["call-1", "same", "next day"]
    assert await library.calls(2) == ["call-4"]
    folders = {str(path.parent.relative_to(library.folder)) for path in library.folder.rglob("*.parquet")}
    assert folders == {
        "environment=1/day=2023-11-14",
        "environment=1/day=2023-11-15",
        "environment=2/day=2023-11-14",
    }


async def test_sources_say_what_is_kept(library, house):
    """What a source takes out of its calls is in no file."""
    await SqlApiKeyStore(house.database).bootstrap(now=1)
    source = await library.sources.add(1, "web", "write key", now=house.clock.at)
    settings = SourceSettings(strip_ip=True, blocked_properties=("properties.total",))
    await library.sources.change(1, source.id, SourceChange(settings=settings))
    assert source.id == 1
    await library.accept({**ORDER, "context": {"ip": "192.0.2.1"}})
    await library.follow()

    files = await library.manifest.living(1, range(1, 30_000))
    (row,) = (await library.archive.query(files, "SELECT body FROM calls", rows_max=9))[1]
    assert "192.0.2.1" not in row[0]
    assert "total" not in row[0]


class Dying:
    """An archive whose worker dies after a file was written."""

    def __init__(self, archive):
        self.archive = archive

    async def write(self, file, calls):
        await self.archive.write(file, calls)
        raise asyncio.CancelledError


async def test_who_dies_after_writing_archives_nothing_twice(library, house):
    """A file counts only with the offset. What was written before a death is written again, and the rest removed."""
    await library.accept(ORDER)
    with pytest.raises(asyncio.CancelledError):
        await library.follower(archive=Dying(library.archive)).run_once(0)
    assert len(library.there()) == 1
    assert await library.calls() == []

    await library.accept(ORDER)  # more is there now: the same start, another end
    await library.follow()
    assert await library.calls() == ["call-1", "call-2"]
    assert len(library.there()) == 2

    house.clock.at += 3_600_000
    await library.tidying().run_once()
    assert await library.calls() == ["call-1", "call-2"]
    assert len(library.there()) == 1


async def test_two_workers_archive_each_call_once(library):
    """Whoever comes second has written a file that does not count."""
    await library.accept(ORDER)
    first, second = library.follower(), library.follower()
    await first.run_once(1), await second.run_once(1)
    await asyncio.gather(first.run_once(0), second.run_once(0))
    await library.accept(ORDER)
    await library.follow(second)
    await library.follow(first)

    assert await library.calls() == ["call-1", "call-2"]


async def test_an_archive_that_is_away_is_tried_again(library):
    """Nothing moves while the folder cannot be written, and nothing is lost."""
    library.folder.write_text("in the way")
    await library.accept(ORDER)
    follower = library.follower()
    with pytest.raises(Unavailable):
        await follower.run_once(0)
    library.folder.unlink()
    await library.follow(follower)

    assert await library.calls() == ["call-1"]


async def test_an_archive_takes_its_time(library, house):
    """What comes in a minute becomes one file, so that a quiet installation does not write one for each call."""
    follower = library.follower(every_ms=60_000)
    assert not await follower.run_once(0)
    await library.accept(ORDER)
    await library.accept(ORDER)
    assert not await follower.run_once(0)
    house.clock.at += 60_000
    await library.follow(follower)

    assert len(library.there()) == 1
    assert await library.calls() == ["call-1", "call-2"]


async def test_small_files_are_merged(library, house, monkeypatch):
    """A day that is over becomes one file, today when it has many. Readers have time to finish."""
    monkeypatch.setattr(archiving, "TODAY_FILES_MAX", 2)
    for _ in range(3):
        await library.accept(ORDER)
        await library.follow()
    house.clock.at += DAY_MS
    for _ in range(2):
        await library.accept(ORDER)
        await library.follow()
    before = await library.calls()
    await library.tidying().run_once()

    assert await library.calls() == before
    files = await library.manifest.living(1, range(30_000))
    assert [(file.day - files[0].day, file.rows) for file in files] == [(0, 3), (1, 1), (1, 1)]
    assert len(library.there()) == 6
    house.clock.at += archiving.GRACE_MS
    await library.accept(ORDER)
    await library.follow()
    await library.tidying().run_once()
    assert [file.rows for file in await library.manifest.living(1, range(30_000))] == [3, 3]
    assert len(library.there()) == 5  # what was merged just now is still there


async def test_full_files_are_left_alone(library, house, monkeypatch):
    """A file of enough calls is not written again and again; what one file cannot hold becomes several."""
    monkeypatch.setattr(archiving, "FULL_ROWS", 4)
    for count in (3, 1, 2, 2, 3):
        await library.accept(*[ORDER] * count)
        await library.follow()
    house.clock.at += DAY_MS
    await library.tidying().run_once()
    settled = await library.manifest.living(1, range(30_000))
    house.clock.at += DAY_MS
    await library.tidying().run_once()

    assert sorted(file.rows for file in settled) == [3, 4, 4]
    assert await library.manifest.living(1, range(30_000)) == settled


async def test_old_days_go(library, house):
    """`archive_days` says how long calls are kept; nothing else of them remains."""
    await library.accept(ORDER)
    await library.follow()
    house.clock.at += 2 * DAY_MS
    await library.accept(ORDER)
    await library.follow()
    await library.tidying(days_kept=1).run_once()

    assert await library.calls() == ["call-2"]
    assert len(library.there()) == 1


async def test_one_worker_tidies(library, house):
    """Another worker tidies when the first is gone. A held installation removes nothing: it may be a copy."""
    await library.accept(ORDER)
    await library.follow()
    house.clock.at += 2 * DAY_MS
    await library.itself.keep("a copy", now=1)
    await library.tidying(days_kept=1).run_once()
    await library.itself.release()
    assert await library.calls() == ["call-1"]

    await library.tidying(holder="w2").run_once()
    await library.tidying(days_kept=1).run_once()
    assert await library.calls() == ["call-1"]
    house.clock.at += 3_600_000
    await library.tidying(days_kept=1).run_once()
    assert await library.calls() == []
