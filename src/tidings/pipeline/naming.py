"""The follower behind the search for profiles: whoever identified themselves is found by what is known of them now."""

from collections.abc import Sequence

from tidings.effects import FollowerEffects
from tidings.ports import ProfileStore
from tidings.profiles import words_of
from tidings.records import Seen

_TELLING = frozenset({"identify", "alias"})


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
                if call.record.type in _TELLING and call.record.user_key
            }
        )
        found = await self._profiles.get(keys) if keys else {}
        return FollowerEffects(words={key: words_of(found[key].data) if key in found else set() for key in keys})
