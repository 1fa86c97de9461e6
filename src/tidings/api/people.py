"""Finding users, and what each did and was told."""

from typing import Annotated, Literal

import msgspec
from litestar import Controller, get
from litestar.params import FromPath, QueryParameter

from tidings.api.authentication import Grant
from tidings.api.inbound_events import EventSummary, summary
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, listing
from tidings.data_logs import MessageDetails, details
from tidings.inbound_events import InboundEvent
from tidings.messages import Message
from tidings.profiles import Profile


class ProfileSummary(msgspec.Struct):
    """A user, as a list shows them. Times are epoch milliseconds."""

    user_id: str | None
    anonymous_id: str | None
    email: str | None
    phone_number: str | None
    name: str | None
    created: int
    updated: int


class TimelineItem(msgspec.Struct):
    """A call that came in, or a message that went out."""

    kind: Literal["event", "message"]
    at: int
    event: EventSummary | None = None
    message: MessageDetails | None = None


class ProfileSearchController(Controller):
    """Who there is."""

    path = "/profiles"
    tags = ("Profiles",)

    @get(summary="Find profiles")
    async def page(
        self,
        grant: Grant,
        services: Injected,
        begins: Annotated[
            str,
            QueryParameter(
                max_length=200, description="Of the id, email address, phone number, or a part of the name."
            ),
        ] = "",
        cursor: Cursor = None,
        limit: Limit = LIMIT,
    ) -> Listing[ProfileSummary]:
        """List profiles, or find them by how something of them begins; ids first, then addresses, then names.

        What calls bring of a user is found some seconds later. A page may hold less than `limit` and have a cursor.
        """
        page = await services.people.page(grant.environment_id, begins=begins.strip(), limit=limit, cursor=cursor)
        return listing(page, profile_summary)


class TimelineController(Controller):
    """What somebody did and was told."""

    path = "/users/{user_id:str}/timeline"
    tags = ("Profiles",)

    @get(summary="See a user's calls and messages")
    async def page(
        self,
        user_id: FromPath[str],
        grant: Grant,
        services: Injected,
        cursor: Cursor = None,
        limit: Limit = LIMIT,
    ) -> Listing[TimelineItem]:
        """List both on one line of time, newest first."""
        page = await services.timeline.page(grant.environment_id, user_id, limit=limit, cursor=cursor)
        return listing(page, _item)


def profile_summary(profile: Profile) -> ProfileSummary:
    """Put a profile into a listing."""
    kind, identity = profile.user_key[:2], profile.user_key[2:]
    parts = (
        _text(profile, "given_name", "first_name", "firstName"),
        _text(profile, "family_name", "last_name", "lastName"),
    )
    return ProfileSummary(
        user_id=identity if kind == "u:" else None,
        anonymous_id=identity if kind == "a:" else None,
        email=_text(profile, "email"),
        phone_number=_text(profile, "phone_number", "phone"),
        name=_text(profile, "name") or " ".join(part for part in parts if part) or None,
        created=profile.created_at,
        updated=profile.updated_at,
    )


def _item(item: InboundEvent | Message) -> TimelineItem:
    if isinstance(item, Message):
        return TimelineItem(kind="message", at=item.enqueued, message=details(item))
    return TimelineItem(kind="event", at=item.received_at, event=summary(item))


def _text(profile: Profile, *keys: str) -> str | None:
    return next((text for key in keys if isinstance(text := profile.data.get(key), str) and text), None)
