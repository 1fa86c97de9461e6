"""The follower behind the event catalogue."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from tidings.catalogue import merged, sighted
from tidings.effects import FollowerEffects, Sighted
from tidings.pipeline.redacting import redacted
from tidings.ports import EventCatalogue, SourceStore
from tidings.records import Seen

EVENTS_MAX = 500
"""Events of one source that are known apart; names are the caller's, and some put ids into them."""
OTHER = "(other)"

Key = tuple[int, int, str, str]


class Cataloguing:
    """`Step` that notes which events there are, and what their properties look like."""

    reader = "event-catalogue"

    def __init__(self, *, catalogue: EventCatalogue, sources: SourceStore) -> None:
        self._catalogue = catalogue
        self._sources = sources

    async def take(self, batch: Sequence[Seen]) -> FollowerEffects:
        """Look at a batch, and join what it shows with what is known."""
        calls = await redacted(batch, self._sources)
        news = {_key(each): each for each in sighted((it.environment_id, it.source_id, it.record) for it in calls)}
        known = await self._catalogue.known(list(news))
        room = await self._room(key for key in news if key not in known)
        joined: dict[Key, Sighted] = {}
        for key, found in news.items():
            each = found
            if key not in known:
                room[key[:2]] -= 1
                if room[key[:2]] < 0:
                    each = msgspec.structs.replace(found, name=OTHER, properties={"examined": 0, "paths": {}})
            at = _key(each)
            joined[at] = merged(joined.get(at) or known.get(at) or (await self._catalogue.known([at])).get(at), each)
        return FollowerEffects(sighted=list(joined.values()))

    async def _room(self, strangers: Iterable[Key]) -> Counter[tuple[int, int]]:
        room: Counter[tuple[int, int]] = Counter()
        for environment_id, source_id in {key[:2] for key in strangers}:
            count = await self._catalogue.count(environment_id, source_id)
            room[environment_id, source_id] = EVENTS_MAX - count
        return room


def _key(each: Sighted) -> Key:
    return each.environment_id, each.source_id, each.type, each.name
