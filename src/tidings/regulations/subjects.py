"""By what names some users' data are found."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

_ADDRESSES = ("email", "phone_number")


class Subjects(msgspec.Struct, frozen=True, kw_only=True):
    """The users of a regulation, as tables name them."""

    user_keys: Sequence[str]
    """`u:` and each user id; `a:` and each anonymous id that belongs to one of them."""
    addresses: Sequence[str] = ()
    """Their profiles' email addresses and phone numbers: messages without a user go by these."""

    @property
    def user_ids(self) -> list[str]:
        """The bare ids."""
        return [key[2:] for key in self.user_keys]

    @property
    def owners(self) -> list[str]:
        """Whose messages they are: `r:` and an address stands for who has no id."""
        return [*self.user_keys, *(f"r:{address}" for address in self.addresses)]

    @property
    def named(self) -> list[str]:
        """All that a request may have named them by."""
        return [*self.user_ids, *self.addresses]


def addresses_in(profiles: Iterable[Mapping[str, Any]]) -> list[str]:
    """Find the addresses that messages may have gone to."""
    found = {profile.get(name) for profile in profiles for name in _ADDRESSES}
    return sorted(each for each in found if isinstance(each, str) and each)
