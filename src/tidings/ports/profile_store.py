"""Profiles, for the API and the outbound step."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from tidings.profiles import Profile

Change = Callable[[dict[str, Any] | None], dict[str, Any] | None]
"""From the profile as it stands (None: there is none) to the profile as it shall stand (None: delete it)."""


class ProfileStore(Protocol):
    """Profiles by environment and user key. The same records that identify calls write."""

    async def get(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Profile]:
        """Read by environment and user key; the unknown are left out."""
        ...

    async def find(self, environment_id: int, user_id: str) -> Profile | None:
        """Read the profile of a user id, else of an anonymous id of that name."""
        ...

    async def change(self, environment_id: int, user_key: str, change: Change, *, now: int) -> Profile | None:
        """Read, change and write one profile with nobody in between; what `change` raises leaves it as it was."""
        ...
