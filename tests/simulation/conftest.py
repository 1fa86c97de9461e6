"""Lets the simulation's parts find each other, and prepares what every run begins with."""

import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def ground():
    """Where runs take place; in memory where the system has such a folder."""
    from installation import Ground, prepare, virtual

    shared = Path("/dev/shm")  # noqa: S108 a fresh folder within it
    with tempfile.TemporaryDirectory(prefix="tidings-", dir=shared if shared.is_dir() else None) as name:
        folder = Path(name)
        prepare(folder / "prepared.db")
        with virtual() as runner:
            ground = Ground(runner, folder / "prepared.db", folder / "state.db")
            yield ground
            ground.close()
