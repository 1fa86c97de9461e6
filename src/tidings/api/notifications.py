"""Notifications: templates, their versions and their content (courier-api.md §10)."""

from typing import Annotated

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.idempotency import IdempotencyExpiration, IdempotencyKey, check_idempotency, keyed_id
from tidings.api.injected import Injected
from tidings.api.notification_content import ContentAnswer, Mutation, element_sums, with_checksums
from tidings.api.notification_wire import (
    CONTENT_VERSION,
    ContentBody,
    NotificationAnswer,
    PublishBody,
    Summary,
    Versions,
    WriteBody,
    aliases_of,
    answer,
    check_content,
    draft_node,
    draft_of,
    summary,
    version_name,
    version_node,
    version_number,
)
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, each, listing, paging
from tidings.api.routing_strategies import check_strategy
from tidings.errors import Conflict, InvalidInput, NotFound
from tidings.ports import Page
from tidings.templates import Template, TemplateVersion

_READS_MAX = 50  # pages read to fill one filtered page; then the cursor says where to go on
_VERSIONS_MAX = 10
_STRATEGY = "notification.routing.strategy_id"

VersionName = Annotated[str, QueryParameter(description="`draft`, `published`, or a version such as `v001`.")]


class NotificationController(Controller):
    """Templates are written as drafts; publishing makes a numbered version that sends use."""

    path = "/notifications"
    tags = ("Notifications",)

    @get(summary="List templates")
    async def page(
        self,
        *,
        grant: Grant,
        services: Injected,
        cursor: Cursor = None,
        limit: Limit = LIMIT,
        event_id: FromQuery[str | None] = None,
        tags: FromQuery[list[str] | None] = None,
    ) -> Listing[Summary]:
        """List templates that are not archived, newest first. `tags`: those that carry all of them."""
        wanted = {tag.casefold() for tag in each(tags)}
        items: list[Template] = []
        for _ in range(_READS_MAX):
            found = await services.templates.page(
                grant.environment_id, limit=limit - len(items), cursor=cursor, event_id=event_id
            )
            items += [item for item in found.items if wanted <= {tag.casefold() for tag in item.draft.tags}]
            cursor = found.cursor
            if cursor is None or len(items) >= limit:
                break
        return listing(Page(items, cursor), summary)

    @post(status_code=201, summary="Create a template")
    async def create(
        self,
        data: JSONBody[WriteBody],
        grant: Grant,
        services: Injected,
        key: IdempotencyKey = None,
        expiration: IdempotencyExpiration = None,
    ) -> NotificationAnswer:
        """Every element stands inside a channel block. `state: PUBLISHED` publishes it at once."""
        now = services.clock.now_ms()
        check_idempotency(key, expiration, now=now)
        check_content(data.notification.content, new=True)
        keyed = keyed_id("nt", grant.environment_id, "POST /notifications", key) if key else None
        draft = draft_of(data.notification, keyed or ids.prefixed_id("nt", now), by=grant.key_id, now=now)
        await check_strategy(draft.routing_strategy_id, grant, services, path=_STRATEGY)
        aliases = aliases_of(data.notification) or ()
        try:
            template = await services.templates.create(grant.environment_id, draft, aliases=aliases)
        except Conflict:
            if keyed is None:
                raise
            template = await _created_before(keyed, grant, services)
        if template.published_version is None:
            template = await published_if(data.state, template, grant, services)
        return answer(template, template.draft)

    @get("/{notification_id:str}", summary="Read a template")
    async def retrieve(
        self, notification_id: FromPath[str], grant: Grant, services: Injected, version: VersionName = "published"
    ) -> NotificationAnswer:
        """Answer the published version; `version=draft` for one that was never published. Archived ones stay."""
        template = await services.templates.get(grant.environment_id, notification_id)
        return answer(template, await version_of(template, version, services))

    @put("/{notification_id:str}", summary="Replace a template's draft")
    async def replace(
        self, notification_id: FromPath[str], data: JSONBody[WriteBody], grant: Grant, services: Injected
    ) -> NotificationAnswer:
        """Replace the draft whole; `alias` omitted keeps the event maps, null removes them.

        `updated` beside it is what was read: 409 when somebody else wrote since.
        """
        check_content(data.notification.content, new=False)
        now = services.clock.now_ms()
        draft = draft_of(data.notification, notification_id, by=grant.key_id, now=now)
        await check_strategy(draft.routing_strategy_id, grant, services, path=_STRATEGY)
        template = await services.templates.replace(
            grant.environment_id, draft, aliases=aliases_of(data.notification), unchanged_since=data.updated
        )
        template = await published_if(data.state, template, grant, services)
        return answer(template, template.draft)

    @delete("/{notification_id:str}", summary="Archive a template")
    async def archive(self, notification_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Take it out of use; it stays readable."""
        await services.templates.archive(grant.environment_id, notification_id, now=services.clock.now_ms())
        services.wakeup.wake("config")

    @post("/{notification_id:str}/publish", status_code=204, summary="Publish a template")
    async def publish(
        self,
        *,
        notification_id: FromPath[str],
        grant: Grant,
        services: Injected,
        data: JSONBody[PublishBody | None] = None,
        key: IdempotencyKey = None,
        expiration: IdempotencyExpiration = None,
    ) -> None:
        """Publish the draft as the next version, or an old version again."""
        check_idempotency(key, expiration, now=services.clock.now_ms())
        wanted = data.version if data else None
        version = None if wanted in {None, "draft"} else version_number(wanted or "")
        if version:
            again = await services.templates.version(grant.environment_id, notification_id, version)
            await check_strategy(again.routing_strategy_id, grant, services, path="version")
        await _publish(notification_id, version, grant, services)

    @get("/{notification_id:str}/versions", summary="List a template's versions")
    async def versions(
        self,
        notification_id: FromPath[str],
        grant: Grant,
        services: Injected,
        cursor: Cursor = None,
        limit: Annotated[int, QueryParameter(ge=1, le=_VERSIONS_MAX)] = _VERSIONS_MAX,
    ) -> Versions:
        """List published versions, newest first; the draft leads the first page."""
        template = await services.templates.get(grant.environment_id, notification_id)
        found = await services.templates.versions(grant.environment_id, notification_id, limit=limit, cursor=cursor)
        nodes = [version_node(template, version) for version in found.items]
        if cursor is None:
            current = await version_of(template, "published", services) if template.published_version else None
            nodes.insert(0, draft_node(template, current))
        return Versions(paging=paging(found), versions=nodes)

    @get("/{notification_id:str}/content", summary="Read a template's content")
    async def retrieve_content(
        self, notification_id: FromPath[str], grant: Grant, services: Injected, version: VersionName = "published"
    ) -> ContentAnswer:
        """Answer Elemental with a checksum for each element."""
        template = await services.templates.get(grant.environment_id, notification_id)
        content = (await version_of(template, version, services)).content
        return ContentAnswer(version=content["version"], elements=with_checksums(content["elements"]))

    @put("/{notification_id:str}/content", summary="Replace a template's content")
    async def put_content(
        self, notification_id: FromPath[str], data: JSONBody[ContentBody], grant: Grant, services: Injected
    ) -> Mutation:
        """Replace every element of the draft; `state: PUBLISHED` publishes it at once."""
        content = {"version": CONTENT_VERSION, **data.content}
        check_content(content, new=False, path="content")
        template = await services.templates.get(grant.environment_id, notification_id)
        now = services.clock.now_ms()
        draft = msgspec.structs.replace(template.draft, content=content, created=now, creator=grant.key_id)
        template = await services.templates.replace(grant.environment_id, draft, aliases=None)
        template = await published_if(data.state, template, grant, services)
        published = data.state.upper() == "PUBLISHED" and template.published_version
        return Mutation(
            id=template.id,
            version=version_name(published) if published else "draft",
            state=template.state,
            elements=element_sums(content["elements"]),
        )


async def _created_before(template_id: str, grant: Grant, services: Injected) -> Template:
    """Find what this idempotency key created. Raises `Conflict` when it was the alias that was taken."""
    try:
        return await services.templates.get(grant.environment_id, template_id)
    except NotFound:
        raise Conflict("the alias is taken by another template") from None


async def published_if(state: str, template: Template, grant: Grant, services: Injected) -> Template:
    """Publish the draft when that was asked for."""
    if state.upper() == "PUBLISHED":
        return await _publish(template.id, None, grant, services)
    services.wakeup.wake("config")
    return template


async def _publish(template_id: str, version: int | None, grant: Grant, services: Injected) -> Template:
    template = await services.templates.publish(
        grant.environment_id, template_id, version=version, by=grant.key_id, now=services.clock.now_ms()
    )
    services.wakeup.wake("config")
    return template


async def version_of(template: Template, version: str, services: Injected) -> TemplateVersion:
    """Find a version of a template by its name on the wire. Raises `NotFound` and `InvalidInput`."""
    match version:
        case "draft":
            return template.draft
        case "published" if template.published_version is None:
            raise NotFound(f"template {template.id} was never published; read it with ?version=draft")
        case "published":
            number = template.published_version
        case _:
            number = version_number(version)
    if not number:
        raise InvalidInput("versions begin with v001", path="version")
    return await services.templates.version(template.environment_id, template.id, number)
