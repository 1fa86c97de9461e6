"""Lists and who is on them."""

from collections.abc import Sequence
from typing import Protocol

from tidings.lists import Pattern, SubscriberList, Subscription
from tidings.ports.page import Page


class ListStore(Protocol):
    """Lists of an environment. A deleted list is unknown to everyone until it is restored, with its subscribers."""

    async def put(self, wanted: SubscriberList) -> None:
        """Create, or replace name and preferences; its subscribers stay. A deleted list comes back."""
        ...

    async def get(self, environment_id: int, list_id: str) -> SubscriberList:
        """Read one. Raises `NotFound`."""
        ...

    async def delete(self, environment_id: int, list_id: str, *, now: int) -> None:
        """Delete. Raises `NotFound`."""
        ...

    async def restore(self, environment_id: int, list_id: str, *, now: int) -> None:
        """Bring a deleted list back with its subscribers; one that stands is left alone. Raises `NotFound`."""
        ...

    async def page(
        self, environment_id: int, pattern: Pattern | None, *, limit: int, cursor: str | None
    ) -> Page[SubscriberList]:
        """List lists by id, all or those that a pattern names."""
        ...

    async def subscribe(
        self, environment_id: int, subscriptions: Sequence[Subscription], *, replace: bool, now: int
    ) -> None:
        """Subscribe; a list that does not stand is made, its id as its name.

        `replace` overwrites the preferences of who is subscribed already, else they stay.
        """
        ...

    async def unsubscribe(self, environment_id: int, list_id: str, user_id: str) -> None:
        """Take one user off. Raises `NotFound` when the list is unknown or the user is not on it."""
        ...

    async def unsubscribe_all(self, environment_id: int, user_id: str) -> int:
        """Take a user off every list; return how many."""
        ...

    async def subscribers(
        self, environment_id: int, list_id: str, *, limit: int, cursor: str | None
    ) -> Page[Subscription]:
        """List who is on a list, by user id. Raises `NotFound`."""
        ...

    async def of_user(
        self, environment_id: int, user_id: str, *, limit: int, cursor: str | None
    ) -> Page[tuple[SubscriberList, Subscription]]:
        """List the lists that a user is on, by id."""
        ...
