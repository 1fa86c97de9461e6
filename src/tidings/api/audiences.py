"""Audiences and who is in them (courier-api.md §7)."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, delete, get, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import Cursor, Listing, Paging, paging, whole
from tidings.audiences import Audience, Change, Member, check_audience_id, shown_filter
from tidings.clock import iso

PAGE = 100
_Text = Annotated[str, Meta(max_length=2000)]
Json = dict[str, Any]


class AudienceBody(msgspec.Struct):
    """What an audience becomes; what is missing or null stays as it is."""

    name: _Text | None = None
    description: _Text | None = None
    filter: Json | None = None
    """`{operator, filters: [{operator, path, value} | {operator, filters}]}`, or one rule alone."""
    operator: Literal["AND", "OR"] | None = None
    """Joins the rules at the top of the filter."""


class AudienceAnswer(msgspec.Struct):
    """An audience; times are ISO-8601."""

    id: str
    name: str
    description: str
    created_at: str
    updated_at: str
    version: int
    calculating: bool
    """Whether its members are still being looked for."""
    profiles_looked_at: int
    """Since the filter changed."""
    filter: Json | UnsetType = UNSET
    operator: str | UnsetType = UNSET


class AudienceChanged(msgspec.Struct):
    """An audience as it stands now."""

    audience: AudienceAnswer


class Audiences(msgspec.Struct):
    """A page of audiences."""

    items: list[AudienceAnswer]
    paging: Paging


class MemberAnswer(msgspec.Struct):
    """Who is in an audience, since when, and why."""

    member_id: str
    audience_id: str
    audience_version: int
    """The audience's, when this was last found so."""
    added_at: str
    reason: str
    """What each rule found: `EQ('title', 'Engineer') => true`."""


class Members(msgspec.Struct):
    """A page of members."""

    items: list[MemberAnswer]
    paging: Paging


class InAudience(msgspec.Struct):
    """An audience that a user is in, since when, and why."""

    id: str
    name: str
    added_at: str
    reason: str
    """What each rule found."""


class AudienceController(Controller):
    """Users whose profiles meet a filter."""

    path = "/audiences"
    tags = ("Audiences",)

    @get(summary="List audiences")
    async def page(self, grant: Grant, services: Injected, cursor: Cursor = None) -> Audiences:
        """List by id, 100 a page."""
        found = await services.audiences.page(grant.environment_id, limit=PAGE, cursor=cursor)
        return Audiences(items=[shown_audience(item) for item in found.items], paging=paging(found))

    @get("/{audience_id:str}", summary="Read an audience")
    async def retrieve(self, audience_id: FromPath[str], grant: Grant, services: Injected) -> AudienceAnswer:
        """Answer 404 when there is none."""
        return shown_audience(await services.audiences.get(grant.environment_id, audience_id))

    @put("/{audience_id:str}", summary="Create or change an audience")
    async def update(
        self, audience_id: FromPath[str], data: JSONBody[AudienceBody], grant: Grant, services: Injected
    ) -> AudienceChanged:
        """What is not said stays. After a new filter its members are looked for, which takes a worker a while."""
        check_audience_id(audience_id, path="audience_id")
        change = Change(name=data.name, description=data.description, filter=data.filter, operator=data.operator)
        now = services.clock.now_ms()
        stands = await services.audiences.put(grant.environment_id, audience_id, change, now=now)
        return AudienceChanged(shown_audience(stands))

    @delete("/{audience_id:str}", summary="Delete an audience")
    async def remove(self, audience_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Who was in it stays otherwise as they are."""
        await services.audiences.delete(grant.environment_id, audience_id)

    @get("/{audience_id:str}/members", summary="List an audience's members")
    async def members(
        self, audience_id: FromPath[str], grant: Grant, services: Injected, cursor: Cursor = None
    ) -> Members:
        """List by user id, 100 a page."""
        found = await services.audiences.members(grant.environment_id, audience_id, limit=PAGE, cursor=cursor)
        return Members(items=[_member(item) for item in found.items], paging=paging(found))


class ProfileAudienceController(Controller):
    """The audiences of a user."""

    path = "/profiles/{user_id:str}/audiences"
    tags = ("Profiles",)

    @get(summary="List the audiences that a user is in")
    async def all(self, user_id: FromPath[str], grant: Grant, services: Injected) -> Listing[InAudience]:
        """List all of them by id; a user that nobody has told us about is in none."""
        return whole(await services.audiences.of_user(grant.environment_id, user_id), _in_audience)


def _in_audience(found: tuple[Audience, Member]) -> InAudience:
    audience, member = found
    return InAudience(id=audience.id, name=audience.name, added_at=iso(member.added_at), reason=member.reason)


def shown_audience(item: Audience) -> AudienceAnswer:
    """Put an audience on the wire."""
    return AudienceAnswer(
        id=item.id,
        name=item.name,
        description=item.description,
        created_at=iso(item.created),
        updated_at=iso(item.updated),
        version=item.version,
        calculating=item.is_calculating,
        profiles_looked_at=item.looked,
        filter=UNSET if item.filter is None else shown_filter(item.filter),
        operator=UNSET if item.filter is None else item.filter.operator,
    )


def _member(item: Member) -> MemberAnswer:
    return MemberAnswer(
        member_id=item.user_id,
        audience_id=item.audience_id,
        audience_version=item.version,
        added_at=iso(item.added_at),
        reason=item.reason,
    )
