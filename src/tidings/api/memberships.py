"""Who belongs to which tenant (courier-api.md §5.3, §15): the same records that group calls write."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

import msgspec
from litestar import Controller, delete, get, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Cursor, Limit, next_url
from tidings.errors import NotFound, TooLarge
from tidings.ingest.send import DEPTH_MAX, check_user_id, nests_deeper
from tidings.ports import Page
from tidings.records import user_key
from tidings.tenants import Membership

PROFILE_BYTES_MAX = 64 * 1024
"""Of one membership, as JSON: it is read with every message in the tenant's name."""
JOINED_MAX = 100
"""Tenants in one request."""

Json = dict[str, Any]
_Id = Annotated[str, Meta(min_length=1, max_length=256)]


class MembershipAnswer(msgspec.Struct):
    """A user in a tenant."""

    user_id: str
    tenant_id: str
    type: Literal["user"] = "user"
    profile: Json | UnsetType = UNSET


class MembershipList(msgspec.Struct):
    """A page in Courier's second style."""

    items: list[MembershipAnswer]
    has_more: bool
    url: str
    next_url: str | None = None
    cursor: str | None = None
    type: Literal["list"] = "list"


class ProfileBody(msgspec.Struct):
    """What a user is within a tenant."""

    profile: Json | None = None
    """Laid over the user's own profile in messages in the tenant's name; null leaves what is known."""


class JoinBody(ProfileBody):
    """A tenant to join."""

    tenant_id: _Id = ""


class JoinsBody(msgspec.Struct):
    """Tenants to join."""

    tenants: Annotated[list[JoinBody], Meta(max_length=JOINED_MAX)]


class TenantUserController(Controller):
    """Who works for a tenant."""

    path = "/tenants/{tenant_id:str}/users"
    tags = ("Tenants",)

    @get(summary="List a tenant's users")
    async def all(
        self,
        *,
        tenant_id: FromPath[str],
        grant: Grant,
        services: Injected,
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> MembershipList:
        """List by user id, anonymous users first; an unknown tenant has none."""
        page = await services.memberships.members(grant.environment_id, tenant_id, limit=limit, cursor=cursor)
        return _listed(page, f"/tenants/{quote(tenant_id, safe='')}/users", limit)


class UserTenantController(Controller):
    """Whom a user works for."""

    path = "/users/{user_id:str}/tenants"
    tags = ("Tenants",)

    @get(summary="List a user's tenants")
    async def all(
        self, *, user_id: FromPath[str], grant: Grant, services: Injected, limit: Limit = LIMIT, cursor: Cursor = None
    ) -> MembershipList:
        """List by tenant id; an unknown user has none."""
        page = await services.tenants.memberships(grant.environment_id, user_id, limit=limit, cursor=cursor)
        return _listed(page, f"/users/{quote(user_id, safe='')}/tenants", limit)

    @put(status_code=204, summary="Make a user a member of tenants")
    async def join_several(
        self, user_id: FromPath[str], data: JSONBody[JoinsBody], grant: Grant, services: Injected
    ) -> None:
        """Add to those it has. A tenant need not be there yet."""
        check_user_id(user_id, path="user_id")
        profiles = {}
        for number, each in enumerate(data.tenants):
            check_user_id(each.tenant_id, path=f"tenants[{number}].tenant_id")
            profiles[each.tenant_id] = _checked(each.profile, f"tenants[{number}].profile")
        await services.memberships.join(grant.environment_id, user_id, profiles, now=services.clock.now_ms())

    @delete(summary="Take a user out of all tenants")
    async def leave_all(self, user_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Who is in none is out already."""
        await services.memberships.leave(grant.environment_id, user_id, tenant_id=None)

    @get("/{tenant_id:str}", summary="Read what a user is within a tenant")
    async def retrieve(
        self, user_id: FromPath[str], tenant_id: FromPath[str], grant: Grant, services: Injected
    ) -> MembershipAnswer:
        """Answer 404 for who is no member."""
        for key in (user_key(user_id, None), user_key(None, user_id)):
            member = (grant.environment_id, key, tenant_id)
            found = await services.tenants.member_profiles([member])
            if member in found:
                return _answer(user_id, tenant_id, found[member])
        raise NotFound("this user is no member of this tenant")

    @put("/{tenant_id:str}", status_code=204, summary="Make a user a member of a tenant")
    async def join(
        self,
        user_id: FromPath[str],
        tenant_id: FromPath[str],
        data: JSONBody[ProfileBody],
        grant: Grant,
        services: Injected,
    ) -> None:
        """Add the user, or change what it is there. The tenant need not be there yet."""
        check_user_id(user_id, path="user_id")
        check_user_id(tenant_id, path="tenant_id")
        profiles = {tenant_id: _checked(data.profile, "profile")}
        await services.memberships.join(grant.environment_id, user_id, profiles, now=services.clock.now_ms())

    @delete("/{tenant_id:str}", summary="Take a user out of a tenant")
    async def leave(self, user_id: FromPath[str], tenant_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Who is no member is out already."""
        await services.memberships.leave(grant.environment_id, user_id, tenant_id=tenant_id)


def _checked(profile: Json | None, path: str) -> Json | None:
    if profile is None:
        return None
    if nests_deeper(profile, DEPTH_MAX):
        raise TooLarge(f"a profile nests {DEPTH_MAX} levels at most", path=path)
    if len(msgspec.json.encode(profile)) > PROFILE_BYTES_MAX:
        raise TooLarge(f"what a user is within a tenant has {PROFILE_BYTES_MAX} bytes at most", path=path)
    return profile


def _listed(page: Page[Membership], url: str, limit: int) -> MembershipList:
    return MembershipList(
        items=[_member(member) for member in page.items],
        has_more=page.cursor is not None,
        url=url,
        next_url=next_url(url, page.cursor, limit),
        cursor=page.cursor,
    )


def _member(member: Membership) -> MembershipAnswer:
    return _answer(member.user_id, member.tenant_id, member.profile)


def _answer(user_id: str, tenant_id: str, profile: Json | None) -> MembershipAnswer:
    return MembershipAnswer(user_id=user_id, tenant_id=tenant_id, profile=UNSET if profile is None else profile)
