"""The lists that a user is on (courier-api.md §4)."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.lists import PAGE
from tidings.api.paging import Cursor, Listing, listing
from tidings.api.profiles import Success
from tidings.clock import iso
from tidings.ingest.send import check_user_id
from tidings.lists import SubscriberList, Subscription, check_list_id
from tidings.preferences import Wishes, wishes_of

_LISTS_MAX = 1000


class Wanted(msgspec.Struct, rename={"list_id": "listId"}):
    """One list to be on."""

    list_id: str
    preferences: Wishes | None = None


class WantedBody(msgspec.Struct):
    """Lists to be on."""

    lists: Annotated[list[Wanted], Meta(max_length=_LISTS_MAX)]


class OnList(msgspec.Struct):
    """A list that the user is on; times are ISO-8601."""

    id: str
    name: str
    created: str
    updated: str
    preferences: dict[str, Any] | UnsetType = UNSET


class ProfileListController(Controller):
    """A user's lists."""

    path = "/profiles/{user_id:str}/lists"
    tags = ("Profiles",)

    @get(summary="List the lists that a user is on")
    async def page(
        self, user_id: FromPath[str], grant: Grant, services: Injected, cursor: Cursor = None
    ) -> Listing[OnList]:
        """List by id, 100 a page."""
        found = await services.lists.of_user(grant.environment_id, user_id, limit=PAGE, cursor=cursor)
        return listing(found, _shown)

    @post(status_code=200, summary="Subscribe a user to lists")
    async def subscribe(
        self, user_id: FromPath[str], data: JSONBody[WantedBody], grant: Grant, services: Injected
    ) -> Success:
        """Makes the lists that are missing; other lists stay as they are."""
        check_user_id(user_id, path="user_id")
        now = services.clock.now_ms()
        for index, wanted in enumerate(data.lists):
            check_list_id(wanted.list_id, path=f"lists[{index}].listId")
        subscriptions = [
            Subscription(list_id=each.list_id, user_id=user_id, preferences=wishes_of(each.preferences))
            for each in data.lists
        ]
        await services.lists.subscribe(grant.environment_id, subscriptions, replace=True, now=now)
        return Success()

    @delete(status_code=200, summary="Take a user off every list")
    async def delete(self, user_id: FromPath[str], grant: Grant, services: Injected) -> Success:
        """Being on none is harmless."""
        await services.lists.unsubscribe_all(grant.environment_id, user_id)
        return Success()


def _shown(found: tuple[SubscriberList, Subscription]) -> OnList:
    item, subscription = found
    return OnList(
        id=item.id,
        name=item.name,
        created=iso(item.created),
        updated=iso(item.updated),
        preferences=UNSET if subscription.preferences is None else subscription.preferences,
    )
