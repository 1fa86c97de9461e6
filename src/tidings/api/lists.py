"""Lists and who is on them (courier-api.md §6)."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET, Meta, UnsetType

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import Cursor, Paging, paging
from tidings.clock import iso
from tidings.ingest.send import RECIPIENTS_MAX, check_user_id
from tidings.lists import Pattern, SubscriberList, Subscription, check_list_id
from tidings.preferences import Wishes, wishes_of

PAGE = 100
_Name = Annotated[str, Meta(min_length=1, max_length=500)]
Json = dict[str, Any]


class ListBody(msgspec.Struct):
    """A list to create or rename."""

    name: _Name
    preferences: Wishes | None = None


class SubscriptionBody(msgspec.Struct, rename={"recipient_id": "recipientId"}):
    """One user to subscribe."""

    recipient_id: str
    preferences: Wishes | None = None


class SubscriptionsBody(msgspec.Struct):
    """Users to subscribe."""

    recipients: Annotated[list[SubscriptionBody], Meta(max_length=RECIPIENTS_MAX)]


class PreferencesBody(msgspec.Struct):
    """What one subscriber wants of a list's messages."""

    preferences: Wishes | None = None


class ListAnswer(msgspec.Struct):
    """A list; times are ISO-8601."""

    id: str
    name: str
    created: str
    updated: str
    preferences: Json | UnsetType = UNSET


class SubscriptionAnswer(msgspec.Struct, rename={"recipient_id": "recipientId"}):
    """One subscriber."""

    recipient_id: str
    created: str
    preferences: Json | UnsetType = UNSET


class Lists(msgspec.Struct):
    """A page of lists; `items` as the clients read it and `results` as the reference names it."""

    paging: Paging
    items: list[ListAnswer]
    results: list[ListAnswer]


class Subscriptions(msgspec.Struct):
    """A page of subscribers."""

    paging: Paging
    items: list[SubscriptionAnswer]


class ListController(Controller):
    """Named groups of users."""

    path = "/lists"
    tags = ("Lists",)

    @get(summary="List lists")
    async def page(
        self,
        grant: Grant,
        services: Injected,
        cursor: Cursor = None,
        pattern: Annotated[str | None, QueryParameter(description="An id, or a pattern such as `news.*`.")] = None,
    ) -> Lists:
        """List by id, 100 a page."""
        wanted = None if pattern is None else Pattern.parse(pattern, path="pattern")
        found = await services.lists.page(grant.environment_id, wanted, limit=PAGE, cursor=cursor)
        shown = [shown_list(item) for item in found.items]
        return Lists(paging=paging(found), items=shown, results=shown)

    @get("/{list_id:str}", summary="Read a list")
    async def retrieve(self, list_id: FromPath[str], grant: Grant, services: Injected) -> ListAnswer:
        """Answer 404 when there is none, or it was deleted."""
        return shown_list(await services.lists.get(grant.environment_id, list_id))

    @put("/{list_id:str}", status_code=204, summary="Create or replace a list")
    async def update(self, list_id: FromPath[str], data: JSONBody[ListBody], grant: Grant, services: Injected) -> None:
        """Set name and preferences; who is on it stays."""
        now = services.clock.now_ms()
        wanted = SubscriberList(
            environment_id=grant.environment_id,
            id=check_list_id(list_id, path="list_id"),
            name=data.name,
            preferences=wishes_of(data.preferences),
            created=now,
            updated=now,
        )
        await services.lists.put(wanted)

    @delete("/{list_id:str}", summary="Delete a list")
    async def remove(self, list_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """It can be restored, with its subscribers."""
        await services.lists.delete(grant.environment_id, list_id, now=services.clock.now_ms())

    @put("/{list_id:str}/restore", status_code=204, summary="Restore a deleted list")
    async def restore(self, list_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Its subscribers come back with it."""
        await services.lists.restore(grant.environment_id, list_id, now=services.clock.now_ms())

    @get("/{list_id:str}/subscriptions", summary="List a list's subscribers")
    async def subscribers(
        self, list_id: FromPath[str], grant: Grant, services: Injected, cursor: Cursor = None
    ) -> Subscriptions:
        """List by user id, 100 a page."""
        found = await services.lists.subscribers(grant.environment_id, list_id, limit=PAGE, cursor=cursor)
        return Subscriptions(paging=paging(found), items=[_subscriber(item) for item in found.items])

    @post("/{list_id:str}/subscriptions", status_code=204, summary="Add subscribers")
    async def add(
        self, list_id: FromPath[str], data: JSONBody[SubscriptionsBody], grant: Grant, services: Injected
    ) -> None:
        """Who is on it already stays as they are. Makes the list when there is none."""
        await _subscribe(services, grant, list_id, data, replace=False)

    @put("/{list_id:str}/subscriptions", status_code=204, summary="Subscribe, over what stands")
    async def subscribe(
        self, list_id: FromPath[str], data: JSONBody[SubscriptionsBody], grant: Grant, services: Injected
    ) -> None:
        """Who is on it already gets these preferences. Makes the list when there is none."""
        await _subscribe(services, grant, list_id, data, replace=True)

    @put("/{list_id:str}/subscriptions/{user_id:str}", status_code=204, summary="Subscribe one user")
    async def subscribe_user(
        self,
        request: Request[Any, Any, Any],
        list_id: FromPath[str],
        user_id: FromPath[str],
        grant: Grant,
        services: Injected,
    ) -> None:
        """The body may be empty. Makes the list when there is none."""
        body = await request.body()
        wanted = msgspec.json.decode(body, type=PreferencesBody) if body.strip() else PreferencesBody()
        one = SubscriptionsBody([SubscriptionBody(user_id, wanted.preferences)])
        await _subscribe(services, grant, list_id, one, replace=True)

    @delete("/{list_id:str}/subscriptions/{user_id:str}", summary="Take one user off")
    async def unsubscribe_user(
        self, list_id: FromPath[str], user_id: FromPath[str], grant: Grant, services: Injected
    ) -> None:
        """Answer 404 when they are not on it."""
        await services.lists.unsubscribe(grant.environment_id, list_id, user_id)


async def _subscribe(services: Injected, grant: Grant, list_id: str, data: SubscriptionsBody, *, replace: bool) -> None:
    check_list_id(list_id, path="list_id")
    wanted = [
        Subscription(
            list_id=list_id,
            user_id=check_user_id(each.recipient_id, path=f"recipients[{index}].recipientId"),
            preferences=wishes_of(each.preferences),
        )
        for index, each in enumerate(data.recipients)
    ]
    now = services.clock.now_ms()
    await services.lists.subscribe(grant.environment_id, wanted, replace=replace, now=now)


def shown_list(item: SubscriberList) -> ListAnswer:
    """Put a list on the wire."""
    return ListAnswer(
        id=item.id,
        name=item.name,
        created=iso(item.created),
        updated=iso(item.updated),
        preferences=UNSET if item.preferences is None else item.preferences,
    )


def _subscriber(item: Subscription) -> SubscriptionAnswer:
    preferences = UNSET if item.preferences is None else item.preferences
    return SubscriptionAnswer(recipient_id=item.user_id, created=iso(item.created), preferences=preferences)
