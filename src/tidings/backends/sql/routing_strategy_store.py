"""Routing strategies."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.chunks import any_of
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.listing import earlier
from tidings.backends.sql.tables import templates
from tidings.backends.sql.tables_routing import routing_strategies as table
from tidings.backends.sql.template_rows import routed_by
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.ports.page import Page
from tidings.routing_strategies import RoutingStrategy

STRATEGIES_MAX = 1_000
"""Of one environment: more ways than anybody keeps apart."""
_PAGE_MAX = 100
_SHOWN_MAX = 3  # templates that a refusal names


class SqlRoutingStrategyStore:
    """Routing strategies in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, strategy: RoutingStrategy) -> RoutingStrategy:
        """Keep a new one. Raises `Conflict` when the id is taken, `TooLarge` past 1 000."""
        async with self._database.write() as connection:
            here = table.c.environment_id == strategy.environment_id
            count = await connection.scalar(select(func.count()).select_from(table).where(here))
            if (count or 0) >= STRATEGIES_MAX:
                raise TooLarge(f"an environment has {STRATEGIES_MAX} routing strategies at most")
            try:
                await connection.execute(table.insert().values(_values(strategy)))
            except IntegrityError:
                raise Conflict(f"the routing strategy id {strategy.id!r} is taken") from None
        return strategy

    async def replace(self, strategy: RoutingStrategy) -> RoutingStrategy:
        """Replace all but when and by whom it was made. Raises `NotFound`."""
        at = _one(strategy.environment_id, strategy.id)
        async with self._database.write() as connection:
            stored = await connection.scalar(select(table.c.body).where(at).with_for_update())
            if stored is None:
                raise _unknown(strategy.id)
            before = _strategy(stored)
            kept = msgspec.structs.replace(strategy, created=before.created, creator=before.creator)
            await connection.execute(update(table).where(at).values(_values(kept)))
        return kept

    async def get(self, environment_id: int, strategy_id: str) -> RoutingStrategy:
        """Read one. Raises `NotFound`."""
        async with self._database.read() as connection:
            stored = await connection.scalar(select(table.c.body).where(_one(environment_id, strategy_id)))
        if stored is None:
            raise _unknown(strategy_id)
        return _strategy(stored)

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[RoutingStrategy]:
        """List them, newest first; 100 a page at most."""
        place = (table.c.created, table.c.id)
        query = select(table.c.body).where(table.c.environment_id == environment_id)
        if (behind := decode(cursor, int, str)) is not None:
            query = query.where(earlier(place, behind))
        limit = min(limit, _PAGE_MAX)
        ordered = query.order_by(*(column.desc() for column in place)).limit(limit + 1)
        async with self._database.read() as connection:
            items = [_strategy(body) for body in await connection.scalars(ordered)]
        last = items[limit - 1] if len(items) > limit else None
        return Page(items[:limit], encode(last.created, last.id) if last else None)

    async def delete(self, environment_id: int, strategy_id: str) -> None:
        """Delete one. Raises `NotFound`, and `Conflict` while a template in use names it, as draft or as published."""
        at = _one(environment_id, strategy_id)
        async with self._database.write() as connection:
            if await connection.scalar(select(table.c.id).where(at)) is None:
                raise _unknown(strategy_id)
            if users := await _users(connection, environment_id, strategy_id):
                raise Conflict(
                    f"templates use the routing strategy {strategy_id!r} ({', '.join(users)}): "
                    f"GET /routing-strategies/{strategy_id}/notifications lists them; give them another first"
                )
            await connection.execute(delete(table).where(at))

    async def find(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], RoutingStrategy]:
        """Find strategies by environment and id. The unknown are left out."""
        if not keys:
            return {}
        query = select(table.c.body).where(any_of((table.c.environment_id, table.c.id), sorted(set(keys))))
        async with self._database.read() as connection:
            found = [_strategy(body) for body in await connection.scalars(query)]
        return {(each.environment_id, each.id): each for each in found}

    async def naming(self, environment_id: int, provider: str) -> list[RoutingStrategy]:
        """List those that ask for a provider, by its key in the catalog; oldest first."""
        query = select(table.c.body).where(table.c.environment_id == environment_id)
        async with self._database.read() as connection:
            bodies = await connection.scalars(query.order_by(table.c.created, table.c.id).limit(STRATEGIES_MAX))
            return [each for body in bodies if (each := _strategy(body)).names(provider)]


async def _users(connection: AsyncConnection, environment_id: int, strategy_id: str) -> list[str]:
    query = (
        select(templates.c.id).where(routed_by(environment_id, strategy_id)).order_by(templates.c.id).limit(_SHOWN_MAX)
    )
    return list(await connection.scalars(query))


def _one(environment_id: int, strategy_id: str) -> ColumnElement[bool]:
    return and_(table.c.environment_id == environment_id, table.c.id == strategy_id)


def _values(strategy: RoutingStrategy) -> dict[str, Any]:
    return {
        "environment_id": strategy.environment_id,
        "id": strategy.id,
        "created": strategy.created,
        "body": msgspec.json.encode(strategy),
    }


def _strategy(body: bytes) -> RoutingStrategy:
    return msgspec.json.decode(body, type=RoutingStrategy)


def _unknown(strategy_id: str) -> NotFound:
    return NotFound(f"there is no routing strategy {strategy_id!r} in this environment")
