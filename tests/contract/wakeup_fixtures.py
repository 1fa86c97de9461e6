"""How each backend's wake-ups are opened, here and in another process."""

import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tidings.backends.sqlite.wakeup import UnixWakeup
from tidings.ports import Wakeup


@dataclass(frozen=True)
class UnixPlace:
    """An installation: a data folder. Other backends offer the same names."""

    data: Path

    async def open(self) -> Wakeup:
        """Open it as a process does."""
        return UnixWakeup.open(self.data)

    def another(self) -> "UnixPlace":
        """Be another installation on the same machine."""
        return UnixPlace(self.data / "another")

    @property
    def opening(self) -> str:
        """Python source of the function with which another process opens it."""
        return f"""
from pathlib import Path
from tidings.backends.sqlite.wakeup import UnixWakeup
async def open_wakeup():
    return UnixWakeup.open(Path({str(self.data)!r}))
"""


PLACES: dict[str, Callable[[str], UnixPlace]] = {
    "unix": lambda folder: UnixPlace(Path(folder)),
    "unix-long-path": lambda folder: UnixPlace(Path(folder) / ("long" * 50)),
}


@pytest.fixture(params=PLACES)
def wakeup_place(request):
    """An installation of each backend."""
    with tempfile.TemporaryDirectory(prefix="wakeup") as folder:
        yield PLACES[request.param](folder)


@pytest_asyncio.fixture
async def open_wakeup(wakeup_place) -> AsyncIterator[Callable[..., object]]:
    """Open one more of the same installation, or of the given one; closed afterwards."""
    opened: list[Wakeup] = []

    async def another(place: UnixPlace | None = None) -> Wakeup:
        opened.append(await (place or wakeup_place).open())
        return opened[-1]

    yield another
    for wakeup in opened:
        await wakeup.close()


@pytest_asyncio.fixture
async def wakeup(open_wakeup) -> Wakeup:
    """An open one."""
    return await open_wakeup()
