"""Tenants (courier-api.md §15): the same records that group calls write."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import msgspec
from litestar import Controller, delete, get, put
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET, UnsetType

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Cursor, Limit, next_url
from tidings.errors import InvalidInput, NotFound, TooLarge
from tidings.ingest.send import DEPTH_MAX, nests_deeper
from tidings.preferences import read_inherited
from tidings.tenants import Tenant

TENANT_BYTES_MAX = 256 * 1024
"""As JSON, as profiles: small enough to be read with every message."""

Json = dict[str, Any]
Parent = Annotated[str | None, QueryParameter(max_length=256, description="Only those right below this one.")]


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


class TenantList(msgspec.Struct):
    """A page in Courier's second style."""

    items: list[TenantAnswer]
    has_more: bool
    url: str
    next_url: str | None = None
    cursor: str | None = None
    type: Literal["list"] = "list"


class TenantController(Controller):
    """Companies, teams and accounts."""

    path = "/tenants"
    tags = ("Tenants",)

    @get(summary="List tenants")
    async def all(
        self,
        *,
        grant: Grant,
        services: Injected,
        limit: Limit = LIMIT,
        cursor: Cursor = None,
        parent_tenant_id: Parent = None,
    ) -> TenantList:
        """List by id. With `parent_tenant_id` a page may be short: go on while `has_more` says so."""
        page = await services.tenants.page(grant.environment_id, parent_id=parent_tenant_id, limit=limit, cursor=cursor)
        url = "/tenants"
        if parent_tenant_id is not None:
            url += "?" + urlencode({"parent_tenant_id": parent_tenant_id})
        return TenantList(
            items=[_answer(tenant) for tenant in page.items],
            has_more=page.cursor is not None,
            url=url,
            next_url=next_url(url, page.cursor, limit),
            cursor=page.cursor,
        )

    @delete("/{tenant_id:str}", summary="Delete a tenant")
    async def forget(self, tenant_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Forget it, who belonged to it, and its own words. A group call makes it anew."""
        await services.tenants.delete(grant.environment_id, tenant_id)

    @get("/{tenant_id:str}", summary="Read a tenant")
    async def retrieve(self, tenant_id: FromPath[str], grant: Grant, services: Injected) -> TenantAnswer:
        """Answer 404 for a tenant that nobody has told us about."""
        if found := await services.tenants.find(grant.environment_id, tenant_id):
            return _answer(found)
        raise NotFound("Not Found")

    @put("/{tenant_id:str}", summary="Make or replace a tenant")
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


def _checked(tenant: Tenant) -> Tenant:
    read_inherited(tenant.settings.get("default_preferences"))
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
