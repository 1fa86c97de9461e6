"""Tenants' own words for templates (courier-api.md §15)."""

import re
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import Controller, Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings import elemental
from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.notification_wire import check_content
from tidings.api.paging import LIMIT, Cursor, Limit, next_url
from tidings.brands import brand_brought, brands_brought
from tidings.clock import iso
from tidings.errors import InvalidInput, NotFound, TooLarge
from tidings.ingest.send import DEPTH_MAX, ID_BYTES_MAX, Named, Routing, nests_deeper
from tidings.rendering import RenderError, check, check_brought
from tidings.tenants import TenantTemplate, TenantTemplateVersion

Json = dict[str, Any]
_PATH = "template.content"


class TemplateInput(msgspec.Struct):
    """What a tenant says. `routing`, `channels` and `providers` are as a request to send has them."""

    content: Json
    routing: Routing | None = None
    channels: Named | None = None
    providers: Named | None = None


class TenantTemplateBody(msgspec.Struct):
    """A tenant's template to write; `published` sends it from now on."""

    template: TemplateInput
    published: bool = False


class TenantPublishBody(msgspec.Struct):
    """What to publish: `v1`, `v2` …, or `latest`."""

    version: Annotated[str, Meta(max_length=20)] = "latest"


class TenantTemplateAnswer(msgspec.Struct):
    """A tenant's template in one of its versions; times are ISO-8601."""

    id: str
    version: str
    created_at: str
    updated_at: str
    data: Json
    published_at: str | None = None
    published_version: str | UnsetType = UNSET
    """Ours: the one that is sent."""


class TenantTemplateWritten(msgspec.Struct):
    """What writing or publishing came to."""

    id: str
    version: str
    published_at: str | UnsetType = UNSET


class TenantTemplateList(msgspec.Struct):
    """A page in Courier's second style."""

    items: list[TenantTemplateAnswer]
    has_more: bool
    url: str
    next_url: str | None = None
    cursor: str | None = None
    type: str = "list"


class TenantTemplateController(Controller):
    """A message in a tenant's name says the tenant's own words, if it has some for its template."""

    path = "/tenants/{tenant_id:str}/templates"
    tags = ("Tenants",)

    @get(summary="List a tenant's templates")
    async def page(
        self, *, tenant_id: FromPath[str], grant: Grant, services: Injected, limit: Limit = LIMIT, cursor: Cursor = None
    ) -> TenantTemplateList:
        """List by template id, each as it was written last."""
        if await services.tenants.find(grant.environment_id, tenant_id) is None:
            raise NotFound(f"there is no tenant {tenant_id!r} in this environment")
        found = await services.tenant_templates.page(grant.environment_id, tenant_id, limit=limit, cursor=cursor)
        url = f"/tenants/{quote(tenant_id, safe='')}/templates"
        return TenantTemplateList(
            items=[_answer(item, item.latest) for item in found.items],
            has_more=found.cursor is not None,
            url=url,
            next_url=next_url(url, found.cursor, limit),
            cursor=found.cursor,
        )

    @get("/{template_id:str}", summary="Read a tenant's template")
    async def retrieve(
        self, tenant_id: FromPath[str], template_id: FromPath[str], grant: Grant, services: Injected
    ) -> TenantTemplateAnswer:
        """Answer it as it was written last; 404 where the environment's template is sent."""
        found = await services.tenant_templates.get(grant.environment_id, tenant_id, template_id)
        return _answer(found, found.latest)

    @put("/{template_id:str}", summary="Write a tenant's template")
    async def replace(
        self,
        tenant_id: FromPath[str],
        template_id: FromPath[str],
        data: JSONBody[TenantTemplateBody],
        grant: Grant,
        services: Injected,
    ) -> Response[TenantTemplateWritten]:
        """Make the next version. The first answers 201, and stands in channel blocks; `{title, body}` will do too."""
        if not template_id or "\x00" in template_id or len(template_id.encode()) > ID_BYTES_MAX:
            raise InvalidInput(f"an id has 1 to {ID_BYTES_MAX} bytes and no NUL", path="template_id")
        store, now = services.tenant_templates, services.clock.now_ms()
        _check(data.template, new=not await _exists(services, grant, tenant_id, template_id))
        version = TenantTemplateVersion(
            tenant_id=tenant_id,
            template_id=template_id,
            version=0,
            content=data.template.content,
            options=_options(data.template),
            created=now,
            creator=grant.key_id,
        )
        written, created = await store.put(grant.environment_id, version, publish=data.published)
        services.wakeup.wake("config")
        published = iso(now) if data.published else UNSET
        answer = TenantTemplateWritten(template_id, f"v{written.latest.version}", published)
        return Response(answer, status_code=201 if created else 200)

    @delete("/{template_id:str}", summary="Delete a tenant's template")
    async def remove(
        self, tenant_id: FromPath[str], template_id: FromPath[str], grant: Grant, services: Injected
    ) -> None:
        """Delete every version of it: messages in its name say the environment's words again."""
        await services.tenant_templates.delete(grant.environment_id, tenant_id, template_id)
        services.wakeup.wake("config")

    @post("/{template_id:str}/publish", status_code=200, summary="Publish a tenant's template")
    async def publish(
        self,
        tenant_id: FromPath[str],
        template_id: FromPath[str],
        grant: Grant,
        services: Injected,
        data: JSONBody[TenantPublishBody | None] = None,
    ) -> TenantTemplateWritten:
        """Send a version from now on; an old one too."""
        number = _number(data.version if data else "latest")
        now = services.clock.now_ms()
        found = await services.tenant_templates.publish(
            grant.environment_id, tenant_id, template_id, version=number, now=now
        )
        services.wakeup.wake("config")
        return TenantTemplateWritten(template_id, f"v{found.published_version}", iso(now))

    @get("/{template_id:str}/versions/{version:str}", summary="Read a version of a tenant's template")
    async def version(
        self,
        tenant_id: FromPath[str],
        template_id: FromPath[str],
        version: FromPath[str],
        grant: Grant,
        services: Injected,
    ) -> TenantTemplateAnswer:
        """`v1`, `v2` …, or `latest`."""
        number = _number(version)
        found = await services.tenant_templates.get(grant.environment_id, tenant_id, template_id)
        wanted = await services.tenant_templates.version(grant.environment_id, tenant_id, template_id, number)
        return _answer(found, wanted)


async def _exists(services: Injected, grant: Grant, tenant_id: str, template_id: str) -> bool:
    try:
        await services.tenant_templates.get(grant.environment_id, tenant_id, template_id)
    except NotFound:
        return False
    return True


def _check(template: TemplateInput, *, new: bool) -> None:
    """Check content as templates' is; `{title, body}` as that of requests to send is. Raises `InvalidInput`."""
    options = _options(template)
    if nests_deeper(options, DEPTH_MAX) or nests_deeper(template.content, DEPTH_MAX):
        raise TooLarge(f"a template nests {DEPTH_MAX} levels at most", path="template")
    for channel, raw in brands_brought(options):
        path = f"template.channels.{channel[:60]}.override.brand"
        check_brought(brand_brought(raw, environment_id=0, path=path), path=path)
    if "elements" in template.content or "version" in template.content:
        return check_content(template.content, new=new, path=_PATH)
    try:
        return check(elemental.parse(template.content, path=_PATH))
    except RenderError as error:
        raise InvalidInput(error.detail, path=f"{_PATH}.{error.path}" if error.path else _PATH) from None


def _options(template: TemplateInput) -> Json:
    said = {"routing": template.routing, "channels": template.channels, "providers": template.providers}
    options: Json = msgspec.to_builtins({name: value for name, value in said.items() if value is not None})
    if (routing := options.get("routing")) is not None:
        options["routing"] = {name: value for name, value in routing.items() if value is not None}
    return options


def _number(text: str) -> int | None:
    if text == "latest":
        return None
    if (found := re.fullmatch(r"v([1-9]\d{0,8})", text)) is None:
        raise InvalidInput("is latest, or a version such as v1", path="version")
    return int(found[1])


def _answer(template: TenantTemplate, version: TenantTemplateVersion) -> TenantTemplateAnswer:
    return TenantTemplateAnswer(
        id=template.template_id,
        version=f"v{version.version}",
        created_at=iso(template.created),
        updated_at=iso(template.updated),
        published_at=None if template.published is None else iso(template.published),
        data={"routing": {"method": "single", "channels": []}, **version.options, "content": version.content},
        published_version=UNSET if template.published_version is None else f"v{template.published_version}",
    )
