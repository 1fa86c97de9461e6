"""All we know of one user."""

from typing import Any

import msgspec


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One user's profile; keys are the traits' own names, unrenamed (courier-segment.md §5)."""

    environment_id: int
    user_key: str
    data: dict[str, Any]
    created_at: int
    updated_at: int

    @property
    def user_id(self) -> str:
        """The id as the caller knows it."""
        return self.user_key[2:]
