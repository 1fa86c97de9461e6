"""Finding profiles."""

from typing import Protocol

from tidings.ports.page import Page
from tidings.profiles import Profile


class ProfileSearch(Protocol):
    """Lists profiles, and finds them by how their id, email address, phone number or a name begins."""

    async def page(self, environment_id: int, *, begins: str, limit: int, cursor: str | None) -> Page[Profile]:
        """List profiles; all of them, by user key, for empty `begins`.

        Those whose id begins so come first, then addresses, numbers and names, each once. Names and addresses that
        calls brought are found some seconds later. A page may hold fewer than `limit` and have a cursor all the same.
        Raises `InvalidInput` for a cursor that is none of ours.
        """
        ...
