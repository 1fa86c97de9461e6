"""Lends every suite an empty, migrated state database of each backend."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tidings.backends.sql.database import Database
from tidings.backends.sql.migrate import migrate


@pytest.fixture(params=["sqlite"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty state database, at the newest revision."""
    opened = {"sqlite": lambda: Database.sqlite(tmp_path / "state.db")}[request.param]()
    await migrate(opened)
    yield opened
    await opened.close()
