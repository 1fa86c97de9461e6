"""What the two kinds of database differ in, as far as transactions are concerned."""

from collections.abc import Callable

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from tidings.backends.sql.beside import Beside
from tidings.errors import TidingsError


class Engines(msgspec.Struct, frozen=True, kw_only=True):
    """Connections for three purposes, and what their failures mean."""

    readers: AsyncEngine
    writer: AsyncEngine
    """What it commits is durable when the commit returns."""
    replayable: AsyncEngine
    """What it commits may be lost with the machine, newest first."""
    beside: Beside | None = None
    """Runs whole transactions on connections as `replayable` ones, where a statement would be a hop to a thread."""
    outage: Callable[[BaseException], TidingsError | None]
    """Tell a failure of the database itself; None for a mistake of ours."""
    misfit: Callable[[BaseException], str | None]
    """Say which setting is wrong, when that is what failed; None for everything else."""
    renewed: bool = False
    """A connection that met an outage is not used again: the next one may find another server."""

    async def dispose(self) -> None:
        """Close all connections. Safe to call twice."""
        if self.beside is not None:
            await self.beside.close()
        for engine in (self.readers, self.writer, self.replayable):
            await engine.dispose()
