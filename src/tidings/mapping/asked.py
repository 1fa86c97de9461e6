"""Whom a batch speaks of, so that storage is asked once for all of them."""

from collections.abc import Iterable, Mapping

import msgspec

from tidings.effects import Arrangement, Society
from tidings.effects.society import Key
from tidings.mapping.arrival import Arrival
from tidings.records import user_key


class Asked(msgspec.Struct, frozen=True):
    """Whom to look up."""

    users: set[Key]
    """Profiles that are certainly touched."""
    anonymous: set[Key]
    """Anonymous users whose links matter; their profiles flow over when they have none yet."""
    tenants: set[Key]

    def profiles(self, society: Society) -> set[Key]:
        """Tell which profiles to read, once the links are known: a linked anonymous user's is its owner's as well."""
        strangers = {key for key in self.anonymous if key not in society.links}
        return self.users | strangers | {(key[0], owner) for key, owner in society.links.items()}


def who(arrivals: Iterable[Arrival]) -> Asked:
    """Gather whom these calls speak of."""
    asked = Asked(set(), set(), set())
    for arrival in arrivals:
        env, record = arrival.environment_id, arrival.record
        match record.type:
            case "identify" if record.user_key:
                asked.users.add((env, record.user_key))
                if record.anonymous_id is not None:
                    asked.anonymous.add((env, user_key(None, record.anonymous_id)))
            case "alias" if record.user_id is not None and record.previous_id is not None:
                asked.users.update({(env, record.user_key), (env, user_key(record.previous_id, None))})
                asked.anonymous.add((env, user_key(None, record.previous_id)))
            case "group" if record.group_id is not None:
                asked.tenants.add((env, record.group_id))
    return asked


def maybe_suppressed(arrivals: Iterable[Arrival], arrangements: Mapping[int, Arrangement]) -> set[Key]:
    """Gather whose calls may have to be refused: nobody's, as long as nobody asked for it."""
    environments = {each for each, arrangement in arrangements.items() if arrangement.suppresses}
    if not environments:
        return set()
    return {
        (arrival.environment_id, arrival.record.user_key)
        for arrival in arrivals
        if arrival.environment_id in environments and arrival.record.type != "send"
    }
