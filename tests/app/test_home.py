import shutil

import pytest

from tidings.app.home import Home, differs, home_of, move_in
from tidings.backends.sql.database import Database
from tidings.backends.sql.installation_store import SqlInstallationStore
from tidings.backends.sql.migrate import migrate


@pytest.fixture
async def store(tmp_path):
    """The row of an installation whose state is a file."""
    database = Database.sqlite(tmp_path / "state.db")
    await migrate(database)
    yield SqlInstallationStore(database)
    await database.close()


HERE = Home("/srv/data", 17, "machine-a")


@pytest.mark.parametrize(
    ("now", "word"),
    [
        (HERE, ""),
        (Home("/srv/data", 17, ""), ""),  # a container, or a machine that has lost its id
        (Home("/srv/data", 0, "machine-a"), ""),  # a file system that makes its numbers up
        (Home("/srv/data", 18, "machine-a"), "copies"),
        (Home("/srv/data", 17, "machine-b"), "another machine"),
        (Home("/mnt/snapshot/data", 17, "machine-a"), "snapshot"),
    ],
)
def test_a_copy_is_told_from_a_restart(now, word):
    """Another file, another machine, another folder: a copy. What is not known does not count."""
    assert word in differs(HERE, now)
    assert bool(word) == bool(differs(HERE, now))


def test_an_unknown_machine_may_become_known():
    """An installation whose machine was not known before is not a copy for that."""
    assert not differs(Home("/srv/data", 17, ""), HERE)
    assert not differs(Home("/srv/data", 0, "machine-a"), HERE)


async def test_a_restart_changes_nothing(store, tmp_path):
    """Moving in again and again, it is never held, and its home stays."""
    for now in (1, 2, 3):
        assert await move_in(store, home_of(tmp_path / "state.db"), now=now) is None
    assert await store.home() == home_of(tmp_path / "state.db").text


async def test_a_copied_folder_is_held(store, tmp_path):
    """The copy of a state file sees that it is one, says where the original lives, and stays held over restarts."""
    await move_in(store, home_of(tmp_path / "state.db"), now=1)
    (tmp_path / "copy").mkdir()
    shutil.copy2(tmp_path / "state.db", tmp_path / "copy" / "state.db")

    for now in (5, 6):
        hold = await move_in(store, home_of(tmp_path / "copy" / "state.db"), now=now)
        assert hold.since == 5
        assert str(tmp_path) in hold.because

    await store.release()
    assert await move_in(store, home_of(tmp_path / "copy" / "state.db"), now=7) is None


async def test_a_file_put_back_from_a_copy_is_held(store, tmp_path):
    """A state file that was replaced by a copy, in its own folder, is a copy all the same."""
    await move_in(store, home_of(tmp_path / "state.db"), now=1)
    shutil.copy2(tmp_path / "state.db", tmp_path / "new.db")
    (tmp_path / "state.db").rename(tmp_path / "old.db")
    (tmp_path / "new.db").rename(tmp_path / "state.db")

    assert await move_in(store, home_of(tmp_path / "state.db"), now=5) is not None
