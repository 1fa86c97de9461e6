import asyncio

import pytest

from tidings.app.assets import files_of
from tidings.backends.files.bucket_files import BucketFiles
from tidings.backends.files.local_files import LocalFiles
from tidings.config import Config
from tidings.errors import ConfigurationError, NotFound, Unavailable


@pytest.fixture(params=["folder", "bucket"])
def files(request, tmp_path):
    """An empty place; a bucket's ways are tried on a folder that is named by a URL."""
    if request.param == "folder":
        return LocalFiles(tmp_path / "assets")
    (tmp_path / "assets").mkdir()
    return BucketFiles((tmp_path / "assets").as_uri())


async def test_what_is_written_is_read(files):
    """A file comes back as it was written; written again, it is replaced."""
    await files.write("1/a", b"one")
    assert await files.read("1/a") == b"one"
    await asyncio.gather(files.write("1/a", b"two"), files.write("1/b", b""))
    assert (await files.read("1/a"), await files.read("1/b")) == (b"two", b"")


async def test_what_is_not_there(files):
    """Reading it is refused, removing it is no fault."""
    with pytest.raises(NotFound):
        await files.read("1/a")
    await files.remove("1/a")
    await files.write("1/a", b"one")
    await files.remove("1/a")
    with pytest.raises(NotFound):
        await files.read("1/a")


async def test_a_place_that_takes_nothing(tmp_path):
    """Where a file is in the way of the folder, it is said that pictures cannot be kept."""
    (tmp_path / "assets").write_bytes(b"")
    with pytest.raises(Unavailable):
        await LocalFiles(tmp_path / "assets").write("1/a", b"one")


def test_the_settings_name_the_place(tmp_path):
    """Nothing is the data folder, a path is a folder, and a URL a bucket; what is no place is refused."""
    assert isinstance(files_of(Config(data=tmp_path)), LocalFiles)
    assert isinstance(files_of(Config(assets=tmp_path.as_uri())), BucketFiles)
    with pytest.raises(ConfigurationError):
        files_of(Config(assets="nonsense://x"))
