import asyncio
import gzip
import io
import json
import os
import sqlite3
import stat
import tarfile
from contextlib import closing

import msgspec
import pytest

from tidings.app.assets import files_of
from tidings.app.backup import backup, restore
from tidings.app.installation import open_installation
from tidings.assets import asset_of
from tidings.backends.sqlite.snapshot import snapshot
from tidings.clock import SystemClock
from tidings.config import Config
from tidings.effects import Effects
from tidings.errors import ConfigurationError, Conflict, InvalidInput, NotFound, Unavailable
from tidings.records import Append

CLOCK = SystemClock()


def quiet(_done, _total):
    """Show nothing."""


def an_append(records=b"r"):
    """One entry."""
    return Append(partition=0, environment_id=1, source_id=1, received_at=1, count=1, records=records)


@pytest.fixture
def config(tmp_path):
    """Where the original lives."""
    return Config(data=tmp_path / "data")


@pytest.fixture
async def installation(config):
    """An installation that works."""
    async with open_installation(config) as opened:
        yield opened


async def apply(installation, after, through):
    """Move the offset, as the inbound step does."""
    async with installation.inbound.transaction(0) as transaction:
        assert await transaction.apply(Effects(), after=after, through=through, received_at=1)


def take(config, target):
    """Back up."""
    return backup(config, target, clock=CLOCK, progress=quiet)


@pytest.mark.parametrize("name", ["copy", "copy.tar.gz"])
async def test_what_is_restored_is_what_was_there(installation, config, tmp_path, name):
    """A folder or an archive: both give back all rows, secrets and the stream; and the copy is held."""
    await installation.stream.append([an_append(), an_append()])
    await apply(installation, 0, 1)
    manifest = await asyncio.to_thread(take, config, tmp_path / name)
    assert manifest.rows["stream.db"]["entries"] == 2

    again = Config(data=tmp_path / "again")
    await restore(again, tmp_path / name, clock=CLOCK, progress=quiet)

    assert (again.data / "secret-key").read_text() == (config.data / "secret-key").read_text()
    async with open_installation(again) as restored:
        assert await restored.inbound.offsets() == {0: 1}
        assert [entry.offset for entry in await restored.stream.read(0, 1, count_max=9)] == [2]
        hold = await restored.itself.hold()
        assert hold.because == f"restored from a backup of {manifest.taken_at}"
        assert await restored.itself.id() != await installation.itself.id()
    assert await installation.itself.hold() is None


@pytest.mark.parametrize("name", ["copy", "copy.tar.gz"])
@pytest.mark.parametrize("elsewhere", [False, True])
async def test_pictures_come_along(installation, config, tmp_path, name, elsewhere):
    """They come from the data folder or another, are restored into the new one, and nothing else that lies there is."""
    if elsewhere:
        config = msgspec.structs.replace(config, assets=str(tmp_path / "pictures"))
    picture = asset_of(1, "dot.png", b"\x89PNG\r\n\x1a\n dot", now=1)
    await files_of(config).write(picture.path, b"\x89PNG\r\n\x1a\n dot")
    await files_of(config).write("1/notes", b"of somebody")
    manifest = await asyncio.to_thread(take, config, tmp_path / name)
    assert f"assets/{picture.path}" in manifest.files

    again = Config(data=tmp_path / "again")
    await restore(again, tmp_path / name, clock=CLOCK, progress=quiet)

    assert await files_of(again).read(picture.path) == b"\x89PNG\r\n\x1a\n dot"
    with pytest.raises(NotFound):
        await files_of(again).read("1/notes")


async def test_a_backup_is_its_owners_alone(installation, config, tmp_path):
    """It holds profiles and secrets: nobody else can read it."""
    await files_of(config).write("1/" + "0" * 40, b"a picture")
    await asyncio.to_thread(take, config, tmp_path / "copy")
    await asyncio.to_thread(take, config, tmp_path / "copy.tar.gz")

    paths = [tmp_path / "copy.tar.gz", tmp_path / "copy", *(tmp_path / "copy").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in paths if path.name != "manifest.json"} == {0}


async def test_copies_taken_under_load_fit_together(installation, config, tmp_path):
    """While calls are accepted, applied and trimmed, each copy has all that it has not applied, without a gap."""
    done = asyncio.Event()

    async def accept():
        while not done.is_set():
            await installation.stream.append([an_append(b"r" * 500)] * 5)

    async def work():
        after = 0
        while not done.is_set():
            entries = await installation.stream.read(0, after, count_max=20)
            if entries:
                await apply(installation, after, entries[-1].offset)
                after = entries[-1].offset
                await installation.stream.trim(0, after)

    async with asyncio.TaskGroup() as group:
        group.create_task(accept())
        group.create_task(work())
        for number in range(5):
            await asyncio.to_thread(take, config, tmp_path / f"copy-{number}")
        done.set()

    seen = []
    for number in range(5):
        with closing(sqlite3.connect(tmp_path / f"copy-{number}" / "state.db")) as state:
            found = state.execute("SELECT position FROM offsets WHERE reader = 'inbound'").fetchone()
            applied = found[0] if found else 0
        with closing(sqlite3.connect(tmp_path / f"copy-{number}" / "stream.db")) as stream:
            rows = stream.execute('SELECT "offset" FROM entries WHERE "offset" > ? ORDER BY 1', (applied,))
            left = [row[0] for row in rows]
            (sequence,) = stream.execute("SELECT seq FROM sqlite_sequence").fetchone() or (0,)
        assert left == list(range(applied + 1, sequence + 1))
        seen.append(sequence)
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]


async def test_a_snapshot_stands_still(installation, config):
    """What is written while it is held is not in it."""
    with snapshot(config.data / "state.db", config.data / "stream.db") as held:
        await installation.stream.append([an_append()])
        await installation.itself.keep("meanwhile", now=1)
        assert held.stream.execute("SELECT count(*) FROM entries").fetchone() == (0,)
        with closing(sqlite3.connect(":memory:")) as copied:
            held.state.backup(copied, pages=1)
            assert copied.execute("SELECT held_at FROM installation").fetchone() == (None,)


async def test_files_that_do_not_belong_together_are_not_copied(installation, config, tmp_path):
    """A state that has read further than its stream goes is no installation: the backup says so and leaves nothing."""
    await apply(installation, 0, 40)

    with pytest.raises(Unavailable, match="do not belong together"):
        await asyncio.to_thread(take, config, tmp_path / "copy")

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


async def test_a_backup_overwrites_nothing(installation, config, tmp_path):
    """Where something is, nothing is written; a restore wants an empty folder."""
    await asyncio.to_thread(take, config, tmp_path / "copy")
    with pytest.raises(Conflict, match="never overwrites"):
        await asyncio.to_thread(take, config, tmp_path / "copy")
    with pytest.raises(Conflict, match="not empty"):
        await restore(config, tmp_path / "copy", clock=CLOCK, progress=quiet)


def test_there_must_be_an_installation(tmp_path):
    """A folder without one, or a server's database, cannot be backed up; both say what to do."""
    with pytest.raises(ConfigurationError, match="--data"):
        take(Config(data=tmp_path), tmp_path / "copy")
    with pytest.raises(ConfigurationError, match="own tools"):
        take(Config(data=tmp_path, database_url="postgresql://x"), tmp_path / "copy")


def _cut_off(path):
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def _changed(path):
    def change(name, data):
        return data[:5000] + bytes([data[5000] ^ 1]) + data[5001:] if name == "state.db" else data

    _repack(path, change)


def _strange(path):
    def change(name, data):
        if name != "manifest.json":
            return data
        manifest = json.loads(data)
        manifest["files"]["../evil-key"] = {"bytes": 1, "sha256": ""}
        return json.dumps(manifest).encode()

    _repack(path, change)


def _newer(path):
    def change(name, data):
        return data.replace(b'"format": 1', b'"format": 2') if name == "manifest.json" else data

    _repack(path, change)


def _no_archive(path):
    path.write_bytes(gzip.compress(b"hello"))


def _repack(path, change):
    with tarfile.open(path, "r:gz") as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive.getmembers()}
    path.unlink()
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            changed = change(name, data)
            member.size = len(changed)
            archive.addfile(member, io.BytesIO(changed))


@pytest.mark.parametrize("spoil", [_cut_off, _changed, _strange, _newer, _no_archive])
async def test_a_spoilt_backup_is_refused(installation, config, tmp_path, spoil):
    """Cut off, changed by a bit, with files that are none of ours, of a later version: nothing is restored."""
    path = tmp_path / "copy.tar.gz"
    await asyncio.to_thread(take, config, path)
    spoil(path)

    with pytest.raises(InvalidInput):
        await restore(Config(data=tmp_path / "again"), path, clock=CLOCK, progress=quiet)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.tar.gz", "data"]


async def test_an_empty_folder_may_be_restored_into(installation, config, tmp_path):
    """A folder that was made for it, such as a mounted one, is fine as long as nothing is in it."""
    await asyncio.to_thread(take, config, tmp_path / "copy")
    (tmp_path / "again").mkdir()

    await restore(Config(data=tmp_path / "again"), tmp_path / "copy", clock=CLOCK, progress=quiet)

    assert os.listdir(tmp_path / "again")  # noqa: PTH208 anything will do
