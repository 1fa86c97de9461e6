"""The devices of users."""

from collections.abc import Sequence
from typing import Protocol

from tidings.profiles import DeviceToken


class DeviceTokenStore(Protocol):
    """Tokens by user; a token of one user may be another's as well, when a device changed hands."""

    async def put(self, tokens: Sequence[DeviceToken]) -> None:
        """Keep them; one that was there is replaced, apart from when it was made. Raises `TooLarge` past 100 a user."""
        ...

    async def get(self, environment_id: int, user_id: str, token: str) -> DeviceToken:
        """Read one. Raises `NotFound`."""
        ...

    async def all(self, environment_id: int, user_id: str) -> list[DeviceToken]:
        """List a user's, oldest first."""
        ...

    async def delete(self, environment_id: int, user_id: str, token: str) -> None:
        """Forget one. Raises `NotFound`."""
        ...

    async def active(self, keys: Sequence[tuple[int, str]], *, now: int) -> dict[tuple[int, str], list[DeviceToken]]:
        """Read those that can be addressed, by environment and user id, oldest first; users without are left out."""
        ...

    async def fail(self, environment_id: int, user_id: str, token: str, *, why: str, now: int) -> None:
        """Note that its service does not know it any more; one that is not there is no fault."""
        ...
