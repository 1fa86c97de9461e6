"""Previews: a template's version as somebody would get it. Ours; Courier's designer does this by itself."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.notification_wire import check_content
from tidings.api.notifications import version_of
from tidings.api.permission import READS
from tidings.errors import InvalidInput, NotFound
from tidings.ports import EventFilter
from tidings.rendering import Manner, Preview, RenderError, Variables, preview, seen_in
from tidings.templates import Template, TemplateVersion
from tidings.tenants import NOBODY, Lineage
from tidings.translations import Catalogue

Json = dict[str, Any]
_EVENT = "Segment-TrackEvent:"


class PreviewBody(msgspec.Struct):
    """What to show: `version` (`draft` when omitted), and a message to show it with.

    `data` and `profile` are laid over the newest event that the template is mapped to, and over the stored profile of
    `user_id`; nothing is sent and nothing is kept.
    """

    version: str = "draft"
    channels: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=20)] = []
    user_id: Annotated[str, Meta(max_length=1024)] | None = None
    event_id: Annotated[str, Meta(max_length=200)] | None = None
    data: Json = {}
    profile: Json = {}
    brand_id: Annotated[str, Meta(max_length=128)] | None = None
    brand_version: Literal["published", "draft"] = "published"
    """`draft` draws the brand as its draft would have it, where it has one."""
    locale: Annotated[str, Meta(max_length=35)] | None = None
    content: Json | None = None
    """Elemental to show in the place of the version's, as somebody is writing it; checked as it is when it is saved."""
    tenant_id: Annotated[str, Meta(max_length=1024)] | None = None
    """In whose name; `version: published` shows the tenant's own words, where it has some."""


class PreviewController(Controller):
    """Look before you publish."""

    path = "/notifications"
    tags = ("Notifications",)

    @post("/{notification_id:str}/preview", status_code=200, summary="Preview a template", opt=READS)
    async def show(
        self, notification_id: FromPath[str], data: JSONBody[PreviewBody], grant: Grant, services: Injected
    ) -> Preview:
        """Answer every channel's output, the variables used and missing, hidden elements, and warnings."""
        template = await services.templates.get(grant.environment_id, notification_id)
        version = await version_of(template, data.version, services)
        if data.content is not None:
            check_content(data.content, new=False, path="content")
            version = msgspec.structs.replace(version, content=data.content)
        sampled = await _sample(template, data, grant, services)
        lineage = await _lineage(data.tenant_id, grant, services) if data.tenant_id else NOBODY
        asked = "draft" if data.content is not None else data.version
        content = await _content(version, lineage, asked, grant, services)
        stored = await _profile(data.user_id, grant, services) if data.user_id else {}
        locale = {"locale": data.locale} if data.locale else {}
        profile = {**lineage.user_profile, **stored, **data.profile, **locale}
        brand_key = (grant.environment_id, data.brand_id or version.brand_id or lineage.brand_id or "")
        default_key = (grant.environment_id, "")
        brands = await services.brands.find([brand_key, default_key])
        if data.brand_id and brand_key not in brands:
            raise NotFound(f"there is no brand {data.brand_id!r} in this environment")
        brand = brands.get(brand_key) or brands.get(default_key)
        if brand is not None and data.brand_version == "draft":
            brand = brand.drafted()
        variables = Variables(
            data={**(sampled or {}), **data.data},
            profile=profile,
            tenant=lineage.variables(),
            brand=brand.variables() if brand else {},
            builtins={"event": "", "messageId": "", "recipient": data.user_id or "", "template": template.id},
            now=services.clock.now_ms(),
        )
        manner = Manner(
            missing=version.settings.missing_variables,
            headers=version.settings.email,
            brand=brand,
            fallback=brands.get(default_key),
            catalogue=await _catalogue(grant, services),
        )
        try:
            return preview(
                services.renderer,
                content,
                variables,
                manner=manner,
                places=tuple(data.channels),
                sample=variables.root() if sampled is not None or data.data else None,
                known=await _known(template, grant, services),
            )
        except RenderError as error:
            raise InvalidInput(error.detail, path=error.path) from None


async def _sample(template: Template, body: PreviewBody, grant: Grant, services: Injected) -> Json | None:
    """Find the properties of an event: the one asked for, else the newest that this template is mapped to."""
    if body.event_id:
        return _properties((await services.events.get(grant.environment_id, body.event_id)).body)
    for alias in template.alias:
        if alias.startswith(_EVENT):
            where = EventFilter(type="track", name=alias.removeprefix(_EVENT))
            found = await services.events.page(grant.environment_id, where, limit=1, cursor=None)
            if found.items:
                return _properties(found.items[0].body)
    return None


async def _known(template: Template, grant: Grant, services: Injected) -> Json | None:
    """Lay out what the catalogue has seen in the events that this template is mapped to; None when it knows none."""
    names = [alias.removeprefix(_EVENT) for alias in template.alias if alias.startswith(_EVENT)]
    seen = [one for name in names for one in await services.catalogue.of_name(grant.environment_id, "track", name)]
    return seen_in(one.properties.get("paths", {}) for one in seen) if seen else None


def _properties(body: bytes) -> Json:
    call = msgspec.json.decode(body)
    properties = call.get("properties") if isinstance(call, dict) else None
    return properties if isinstance(properties, dict) else {}


async def _lineage(tenant_id: str, grant: Grant, services: Injected) -> Lineage:
    key = (grant.environment_id, tenant_id)
    if (found := (await services.tenants.lineages([key])).get(key)) is None:
        raise NotFound(f"there is no tenant {tenant_id!r} in this environment")
    return found


async def _content(version: TemplateVersion, lineage: Lineage, asked: str, grant: Grant, services: Injected) -> Json:
    """Find what is sent in this name: the nearest tenant's own words, else the template's."""
    if asked != "published":
        return version.content
    keys = [(grant.environment_id, tenant_id, version.template_id) for tenant_id in lineage.ids]
    owned = await services.tenant_templates.published(keys)
    return next((owned[key].content for key in keys if key in owned), version.content)


async def _profile(user_id: str, grant: Grant, services: Injected) -> Json:
    key = (grant.environment_id, f"u:{user_id}")
    found = await services.profiles.get([key])
    return found[key].data if key in found else {}


async def _catalogue(grant: Grant, services: Injected) -> Catalogue | None:
    return (await services.translated([grant.environment_id])).get(grant.environment_id)
