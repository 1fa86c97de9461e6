"""Lets the simulation's parts find each other, and prepares what every run begins with."""

import asyncio
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def sql_ground():
    """A state database; in memory where the system has such a folder."""
    from sql_ground import SqlGround, prepare, virtual

    shared = Path("/dev/shm")  # noqa: S108 a fresh folder within it
    with tempfile.TemporaryDirectory(prefix="tidings-", dir=shared if shared.is_dir() else None) as name:
        prepare(Path(name) / "prepared.db")
        with virtual() as runner:
            ground = SqlGround(runner, Path(name))
            yield ground
            ground.close()


@pytest.fixture(scope="session")
def memory_ground():
    """Dictionaries."""
    from memory_ground import MemoryGround
    from virtual_time import VirtualLoop

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        yield MemoryGround(runner)
