"""How environments want their calls treated: sources' settings and the built-in destination, cached by revision."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.audience_queue import any_audience
from tidings.backends.sql.revision import revision
from tidings.backends.sql.tables import sources
from tidings.backends.sql.tables_delivery import destinations
from tidings.backends.sql.tables_privacy import suppressed_users
from tidings.destinations import BUILT_IN
from tidings.effects import Arrangement, Engine
from tidings.filters import Filter, Gate
from tidings.workspaces import SourceSettings

_filters = msgspec.json.Decoder(tuple[Filter, ...])
_sources = msgspec.json.Decoder(frozenset[int])
_settings = msgspec.json.Decoder(SourceSettings)


class Arrangements:
    """Arrangements by environment, as of one revision.

    The revision is read in the transaction that uses them, before they are: newer than it they may be, older never.
    Filters are compiled here, once for each change.
    """

    def __init__(self) -> None:
        self._revision = -1
        self._by_environment: dict[int, Arrangement] = {}

    async def read(self, connection: AsyncConnection, environment_ids: Sequence[int]) -> dict[int, Arrangement]:
        """Answer from the cache, or fill it."""
        if not environment_ids:
            return {}
        now = await revision(connection, "destinations")
        if now != self._revision:
            self._revision, self._by_environment = now, {}
        for environment_id in environment_ids:
            if environment_id not in self._by_environment:
                self._by_environment[environment_id] = await _arrangement(connection, environment_id)
        return {environment_id: self._by_environment[environment_id] for environment_id in environment_ids}


async def _arrangement(connection: AsyncConnection, environment_id: int) -> Arrangement:
    ours = select(destinations.c.enabled, destinations.c.sources, destinations.c.filters).where(
        destinations.c.environment_id == environment_id, destinations.c.id == BUILT_IN
    )
    row = (await connection.execute(ours)).first()
    engine = Engine(enabled=True, sources=None, gate=Gate(()))
    if row is not None:
        taken = None if row.sources is None else _sources.decode(row.sources)
        engine = Engine(enabled=row.enabled, sources=taken, gate=Gate(_filters.decode(row.filters)))
    differing = select(sources.c.id, sources.c.settings).where(
        sources.c.environment_id == environment_id, sources.c.settings != null()
    )
    rows = await connection.execute(differing)
    settings = {each.id: _settings.decode(each.settings) for each in rows}
    anybody = select(suppressed_users.c.user_key).where(suppressed_users.c.environment_id == environment_id).limit(1)
    return Arrangement(
        engine,
        settings,
        suppresses=await connection.scalar(anybody) is not None,
        has_audiences=bool(await connection.scalar(select(any_audience(environment_id)))),
    )
