import pytest

from tidings.backends.sql.archive_manifest import SqlArchiveManifest
from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.effects import FollowerEffects
from tidings.records import ArchiveFile

DAY = 20_454
LATER = 5_000


@pytest.fixture
def manifest(database):
    """An empty list of files."""
    return SqlArchiveManifest(database)


def a_file(name="a", **fields):
    return ArchiveFile(**{"environment_id": 1, "day": DAY, "name": name, "rows": 3, "bytes": 9, **fields})


async def kept(manifest, *files):
    """Let files count."""
    await manifest.announce(files, doomed_at=LATER)
    assert await manifest.replace((), files, doomed_at=0)
    return files


async def test_an_announced_file_does_not_count(manifest):
    """What is about to be written is on no list of files to read, and is doomed until it is kept."""
    await manifest.announce([a_file()], doomed_at=LATER)

    assert await manifest.living(1, range(DAY, DAY + 1)) == []
    assert await manifest.doomed(before=LATER - 1, limit=9) == []
    assert [file.name for file in await manifest.doomed(before=LATER, limit=9)] == ["a"]


async def test_a_file_counts_with_the_offset(manifest, database):
    """Offset and files are one transaction: who comes second, or was given up, moves nothing and keeps nothing."""
    followers = SqlFollowerStore(database)
    await followers.offset("archive", 0)
    await manifest.announce([a_file("a"), a_file("b")], doomed_at=LATER)

    unknown = FollowerEffects(archived=[a_file("a"), a_file("never announced")])
    assert not await followers.apply("archive", 0, after=0, through=4, effects=unknown)
    assert (await followers.offset("archive", 0), await manifest.living(1, range(DAY, DAY + 1))) == (0, [])

    assert await followers.apply("archive", 0, after=0, through=4, effects=FollowerEffects(archived=[a_file("a")]))
    assert not await followers.apply("archive", 0, after=0, through=4, effects=FollowerEffects(archived=[a_file("b")]))
    assert await manifest.living(1, range(DAY, DAY + 1)) == [a_file("a")]


async def test_announcing_again_harms_nothing(manifest):
    """A file that counts stays, whoever announces it again; one that is doomed gets a new time."""
    await kept(manifest, a_file("a"))
    await manifest.announce([a_file("a"), a_file("b")], doomed_at=LATER)
    await manifest.announce([a_file("b")], doomed_at=2 * LATER)

    assert await manifest.living(1, range(DAY, DAY + 1)) == [a_file("a")]
    assert await manifest.doomed(before=LATER, limit=9) == []


async def test_files_are_replaced_at_once(manifest):
    """A merged file counts instead of the old ones, which are removed later; and only if all of them still count."""
    await kept(manifest, a_file("a"), a_file("b"))
    await manifest.announce([a_file("ab"), a_file("again")], doomed_at=LATER)

    assert await manifest.replace([a_file("a"), a_file("b")], [a_file("ab", rows=6)], doomed_at=LATER)
    assert not await manifest.replace([a_file("a")], [a_file("again")], doomed_at=LATER)
    assert not await manifest.replace([a_file("ab")], [a_file("not announced")], doomed_at=LATER)

    assert await manifest.living(1, range(DAY, DAY + 1)) == [a_file("ab", rows=6)]
    assert {file.name for file in await manifest.doomed(before=LATER, limit=9)} == {"a", "b", "again"}


async def test_doomed_files_are_struck_off(manifest):
    """A file that is gone is forgotten; one that counts never is."""
    (living,) = await kept(manifest, a_file("a"))
    await manifest.announce([a_file("b")], doomed_at=1)
    await manifest.forget([living, a_file("b")])

    assert await manifest.doomed(before=LATER, limit=9) == []
    assert await manifest.living(1, range(DAY, DAY + 1)) == [living]


async def test_old_days_are_let_go(manifest):
    """Retention takes whole days, of every environment."""
    young = a_file("young", day=DAY + 1)
    await kept(manifest, a_file("old"), a_file("old", environment_id=2), young)

    assert await manifest.retire(before_day=DAY + 1, doomed_at=7) == 2
    assert await manifest.retire(before_day=DAY + 1, doomed_at=7) == 0
    assert await manifest.environments() == {1: range(DAY + 1, DAY + 2)}
    assert len(await manifest.doomed(before=7, limit=9)) == 2


async def test_environments_do_not_meet(manifest):
    """Each environment lists its own files, by day and by the time of their first call."""
    mine = await kept(manifest, a_file("late", first_at=9), a_file("early", first_at=5), a_file("next", day=DAY + 3))
    await kept(manifest, a_file("late", environment_id=2))

    assert [file.name for file in await manifest.living(1, range(DAY, DAY + 4))] == ["early", "late", "next"]
    assert len(await manifest.living(1, range(DAY, DAY + 3))) == len(mine) - 1
    assert await manifest.environments() == {1: range(DAY, DAY + 4), 2: range(DAY, DAY + 1)}
