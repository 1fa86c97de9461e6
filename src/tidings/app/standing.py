"""How destinations stand, put together from what several stores know."""

from collections.abc import Mapping, Sequence

import msgspec

from tidings.destinations import BUILT_IN, Destination, Standing, kind_of, standing
from tidings.ports import DeliveryStore, FollowerStore, InboundStore, StatusNewsStore, Stream


class Books(msgspec.Struct, frozen=True):
    """Who knows something of it."""

    stream: Stream
    inbound: InboundStore
    offsets: FollowerStore
    deliveries: DeliveryStore
    news: StatusNewsStore


async def standings(books: Books, destinations: Sequence[Destination], *, now: int) -> dict[str, Standing]:
    """Tell how the outside destinations among these stand, by id; they are of one environment."""
    outside = [each for each in destinations if each.id != BUILT_IN]
    if not outside:
        return {}
    applied, positions = await books.inbound.offsets(), await books.offsets.positions()
    parked = await books.deliveries.parked(outside[0].environment_id)
    found = {}
    for each in outside:
        key = (each.environment_id, each.id)
        lag = (
            await books.news.depth(*key)
            if kind_of(each.kind).reads == "messages"
            else await _behind(books.stream, applied, positions.get(f"destination:{each.id}", {}))
        )
        waiting = await books.deliveries.depth(*key)
        found[each.id] = standing(parked.get(each.id), now=now, lag=lag, waiting=waiting)
    return found


async def _behind(stream: Stream, applied: Mapping[int, int], reached: Mapping[int, int]) -> int:
    """Count the requests that were applied and that a reader has not looked at."""
    count = 0
    for partition, through in applied.items():
        after = reached.get(partition, through)
        if after < through:
            count += await stream.waiting(partition, after) - await stream.waiting(partition, through)
    return max(count, 0)
