"""News of audiences, put into the queue of each destination that is told of them, in the transaction that makes them.

Where nobody is told, who came or left costs one look at the destinations of the environment.
"""

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.audiences import Audience, Changes, shown_filter
from tidings.backends.sql.delivery_rows import write_deliveries
from tidings.backends.sql.status_news import announce
from tidings.backends.sql.tables_audiences import audience_members
from tidings.backends.sql.tables_delivery import deliveries, destinations
from tidings.destinations import OUTBOUND_WEBHOOK, READERS
from tidings.effects import Deferred
from tidings.forwarding import deferred_of_members
from tidings.forwarding.tallying import Tallying

WAITING_MAX = 50_000
"""What may wait for one destination. Beyond it changes are skipped, and counted: audiences wait for nobody."""


async def tell(connection: AsyncConnection, environment_id: int, changes: Changes, *, now: int) -> None:
    """Queue who came and who left."""
    count = len(changes.matched) + len(changes.unmatched)
    for destination_id, kind in await _told(connection, environment_id, READERS) if count else ():
        room = max(WAITING_MAX - await _waiting(connection, environment_id, destination_id), 0)
        calls = deferred_of_members((environment_id, destination_id, kind), changes, now=now)
        queued, skipped = list(islice(calls, room)), list(calls)
        tallying = Tallying(environment_id, destination_id)
        _count(tallying, [*queued, *skipped], skipped, now=now)
        await write_deliveries(connection, deferred=queued, tallies=tallying.take(), failures=())


async def tell_updated(connection: AsyncConnection, audience: Audience) -> None:
    """Let webhooks know of a new version."""
    data = {
        "audience_id": audience.id,
        "audience_version": audience.version,
        "filter": None if audience.filter is None else shown_filter(audience.filter),
    }
    await announce(connection, audience.environment_id, "audiences:updated", data, now=audience.updated)


async def tell_calculated(connection: AsyncConnection, audience: Audience, *, looked: int, now: int) -> None:
    """Let webhooks know that all profiles were looked at, and how many are in it."""
    if not await _told(connection, audience.environment_id, (OUTBOUND_WEBHOOK,)):
        return
    its = select(func.count()).where(
        audience_members.c.environment_id == audience.environment_id, audience_members.c.audience_id == audience.id
    )
    members = await connection.scalar(its) or 0
    data = {
        "audience_id": audience.id,
        "user_count": members,
        "total_users": looked,
        "total_users_filtered": members,
    }
    await announce(connection, audience.environment_id, "audiences:calculated", data, now=now)


def _count(tallying: Tallying, received: Sequence[Deferred], skipped: Sequence[Deferred], *, now: int) -> None:
    for call in received:
        tallying.count("received", call.name, now=now)
    for call in skipped:
        tallying.count("skipped", call.name, now=now, reason="QUEUE_FULL")


async def _told(connection: AsyncConnection, environment_id: int, kinds: Sequence[str]) -> list[tuple[str, str]]:
    query = select(destinations.c.id, destinations.c.kind).where(
        destinations.c.environment_id == environment_id, destinations.c.kind.in_(kinds), destinations.c.enabled
    )
    return [(row.id, row.kind) for row in await connection.execute(query.order_by(destinations.c.id))]


async def _waiting(connection: AsyncConnection, environment_id: int, destination_id: str) -> int:
    some = select(deliveries.c.position).where(
        deliveries.c.environment_id == environment_id, deliveries.c.destination_id == destination_id
    )
    return await connection.scalar(select(func.count()).select_from(some.limit(WAITING_MAX).subquery())) or 0
