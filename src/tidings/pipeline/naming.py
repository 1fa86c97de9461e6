"""The follower behind the search for profiles: whoever identified themselves is found by what is known of them now."""

from collections.abc import Sequence

from tidings.effects import FollowerEffects
from tidings.mapping.parts import parts, traits_of
from tidings.ports import ProfileStore
from tidings.profiles import TELLING, words_of
from tidings.records import Record, Seen


class Naming:
    """`Step` that reads the profiles of those who identified themselves, and notes the words that find them."""

    reader = "profile-words"

    def __init__(self, *, profiles: ProfileStore) -> None:
        self._profiles = profiles

    async def take(self, batch: Sequence[Seen]) -> FollowerEffects:
        """Look at who is in a batch. Profiles are read as they stand, so the order of calls does not matter."""
        keys = sorted(
            {
                (call.environment_id, call.record.user_key)
                for call in batch
                if call.record.user_key and _tells(call.record)
            }
        )
        found = await self._profiles.get(keys) if keys else {}
        return FollowerEffects(words={key: words_of(found[key].data) if key in found else set() for key in keys})


def _tells(record: Record) -> bool:
    """Tell whether a call may change anybody's words: most traits make none, unless others come with an identity."""
    if record.type != "identify":
        return record.type == "alias"
    return record.anonymous_id is not None or not TELLING.isdisjoint(traits_of(parts(record.body)))
