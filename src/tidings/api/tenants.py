"""Tenants (courier-api.md §15), and which of them a user belongs to (§5.3): the same records that group calls write."""

from typing import Any, Literal
from urllib.parse import quote

import msgspec
from litestar import Controller, get, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Cursor, Limit, next_url
from tidings.errors import InvalidInput, NotFound, TooLarge
from tidings.ingest.send import DEPTH_MAX, nests_deeper
from tidings.tenants import Membership, Tenant

TENANT_BYTES_MAX = 256 * 1024
"""As JSON, as profiles: small enough to be read with every message."""

Json = dict[str, Any]


class TenantBody(msgspec.Struct):
    """A tenant to write, whole."""

    name: str
    parent_tenant_id: str | None = None
    brand_id: str | None = None
    properties: Json | None = None
    user_profile: Json | None = None
    default_preferences: Json | None = None


class TenantAnswer(msgspec.Struct, omit_defaults=True):
    """A tenant as it stands."""

    id: str
    name: str
    parent_tenant_id: str | UnsetType = UNSET
    brand_id: str | UnsetType = UNSET
    properties: Json | UnsetType = UNSET
    user_profile: Json | UnsetType = UNSET
    default_preferences: Json | UnsetType = UNSET


class MembershipAnswer(msgspec.Struct):
    """One of a user's tenants."""

    user_id: str
    tenant_id: str
    type: Literal["user"] = "user"


class MembershipList(msgspec.Struct):
    """A page in Courier's second style."""

    items: list[MembershipAnswer]
    has_more: bool
    url: str
    next_url: str | None = None
    cursor: str | None = None
    type: Literal["list"] = "list"


class TenantController(Controller):
    """Companies, teams and accounts."""

    path = "/tenants/{tenant_id:str}"
    tags = ("Tenants",)

    @get(summary="Read a tenant")
    async def retrieve(self, tenant_id: FromPath[str], grant: Grant, services: Injected) -> TenantAnswer:
        """Answer 404 for a tenant that nobody has told us about."""
        if found := await services.tenants.find(grant.environment_id, tenant_id):
            return _answer(found)
        raise NotFound("Not Found")

    @put(summary="Make or replace a tenant")
    async def update(
        self, tenant_id: FromPath[str], data: JSONBody[TenantBody], grant: Grant, services: Injected
    ) -> TenantAnswer:
        """Replace all of it; its members stay, and group calls merge into its properties as before."""
        tenant = _checked(
            Tenant(
                environment_id=grant.environment_id,
                id=tenant_id,
                name=data.name,
                properties=data.properties or {},
                settings={
                    name: value
                    for name in ("parent_tenant_id", "brand_id", "user_profile", "default_preferences")
                    if (value := getattr(data, name)) is not None
                },
            )
        )
        await services.tenants.put(tenant, now=services.clock.now_ms())
        return _answer(tenant)


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
        url = f"/users/{quote(user_id, safe='')}/tenants"
        return MembershipList(
            items=[_member(member) for member in page.items],
            has_more=page.cursor is not None,
            url=url,
            next_url=next_url(url, page.cursor, limit),
            cursor=page.cursor,
        )


def _checked(tenant: Tenant) -> Tenant:
    if not tenant.name.strip():
        raise InvalidInput("a tenant needs a name", path="name")
    for name, part in (("properties", tenant.properties), ("", tenant.settings)):
        if nests_deeper(part, DEPTH_MAX):
            raise TooLarge(f"a tenant nests {DEPTH_MAX} levels at most", path=name)
    if len(msgspec.json.encode([tenant.name, tenant.properties, tenant.settings])) > TENANT_BYTES_MAX:
        raise TooLarge(f"a tenant has {TENANT_BYTES_MAX} bytes at most")
    return tenant


def _answer(tenant: Tenant) -> TenantAnswer:
    return TenantAnswer(id=tenant.id, name=tenant.name, properties=tenant.properties, **tenant.settings)


def _member(member: Membership) -> MembershipAnswer:
    return MembershipAnswer(user_id=member.user_id, tenant_id=member.tenant_id)
