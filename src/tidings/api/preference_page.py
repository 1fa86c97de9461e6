"""The page on which recipients choose, and what they chose (courier-api.md §21)."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET, Meta, UnsetType

from tidings.api.authentication import Grant
from tidings.api.hosted import preview
from tidings.api.idempotency import IdempotencyKey, check_idempotency
from tidings.api.injected import Injected
from tidings.api.messages import moment
from tidings.api.paging import Cursor, Limit, Paging, paging
from tidings.clock import iso
from tidings.errors import InvalidInput
from tidings.preferences import Chosen, PreferenceLog, PreferencePage

_LOGS = 25
_Id = Annotated[str | None, QueryParameter(max_length=1024)]


class PublishBody(msgspec.Struct):
    """How the page is to look."""

    brand_id: Annotated[str, Meta(min_length=1, max_length=256)] | None = None
    heading: Annotated[str, Meta(max_length=200)] | None = None
    description: Annotated[str, Meta(max_length=2_000)] | None = None


class PagePreviewBody(PublishBody):
    """How the page is to look, and in which language."""

    locale: Annotated[str, Meta(max_length=35)] | None = None


class PublishAnswer(msgspec.Struct):
    """The page, published."""

    page_id: str
    published_at: str
    published_version: int
    published_by: str


class PageAnswer(msgspec.Struct):
    """The page as it is shown now."""

    page_id: str
    brand_id: str
    """`default`, `none`, or a brand's id."""
    heading: str
    """Empty for our own words."""
    description: str
    published_at: str | None
    """Null while nothing was published: then it is shown as it is here."""


class PagePreview(msgspec.Struct):
    """The page, drawn."""

    html: str


class ChosenAnswer(msgspec.Struct):
    """A choice."""

    status: str
    has_custom_routing: bool
    custom_routing: list[str]


class LogAnswer(ChosenAnswer, kw_only=True):
    """A choice, when it was made."""

    id: str
    user_id: str
    topic_id: str
    topic_name: str
    timestamp: str
    tenant_id: str | UnsetType = UNSET
    previous: ChosenAnswer | UnsetType = UNSET


class Logs(msgspec.Struct):
    """Choices, newest first."""

    items: list[LogAnswer]
    paging: Paging


class PreferencePageController(Controller):
    """The page, and its log."""

    path = "/preferences"
    tags = ("Preferences",)

    @post("/publish", status_code=200, summary="Publish the page on which recipients choose")
    async def publish(
        self, data: JSONBody[PublishBody], grant: Grant, services: Injected, key: IdempotencyKey = None
    ) -> PublishAnswer:
        """Heading, description and brand change with it; topics are always as they are."""
        check_idempotency(key, None, now=services.clock.now_ms())
        page = await _wanted(data, grant, services)
        await services.preferences.publish(page)
        return PublishAnswer(page.id, iso(page.published_at), page.published_at, page.published_by)

    @get("/page", summary="Read how the page is published")
    async def page(self, grant: Grant, services: Injected) -> PageAnswer:
        """Answer its heading, description and brand; its topics are those of the sections."""
        environment_id = grant.environment_id
        page = await services.preferences.published(environment_id) or PreferencePage(environment_id=environment_id)
        return PageAnswer(
            page_id=f"page_{environment_id}",
            brand_id=page.brand_id,
            heading=page.heading,
            description=page.description,
            published_at=iso(page.published_at) if page.published_at else None,
        )

    @post("/page/preview", status_code=200, summary="See the page before it is published")
    async def drawn(self, data: JSONBody[PagePreviewBody], grant: Grant, services: Injected) -> PagePreview:
        """Draw it as a user who has chosen nothing would see it. Nothing is kept."""
        page = await _wanted(data, grant, services)
        return PagePreview(await preview(services, page, locale=data.locale or ""))

    @get("/logs", summary="List what users chose")
    async def logs(
        self,
        *,
        grant: Grant,
        services: Injected,
        user_id: _Id = None,
        tenant_id: _Id = None,
        since: Annotated[str | None, QueryParameter(description="Epoch ms, or ISO-8601.")] = None,
        limit: Limit = _LOGS,
        cursor: Cursor = None,
    ) -> Logs:
        """Newest first. What was set back to the default is not a choice."""
        if tenant_id is not None and user_id is None:
            raise InvalidInput("needs user_id beside it", path="tenant_id")
        found = await services.preferences.logs(
            grant.environment_id,
            user_id=user_id,
            tenant_id=tenant_id,
            since=moment(since, path="since"),
            limit=limit,
            cursor=cursor,
        )
        names = {topic.id: topic.name for topic in await services.preferences.all_topics(grant.environment_id)}
        return Logs([_log(each, names.get(each.topic_id, "")) for each in found.items], paging(found))


async def _wanted(data: PublishBody, grant: Grant, services: Injected) -> PreferencePage:
    """Read the page that is wanted. Raises `NotFound` for a brand that is none."""
    brand_id = data.brand_id or "default"
    if brand_id not in {"default", "none"}:
        await services.brands.get(grant.environment_id, brand_id)
    return PreferencePage(
        environment_id=grant.environment_id,
        id=f"page_{grant.environment_id}",
        brand_id=brand_id,
        heading=data.heading or "",
        description=data.description or "",
        published_at=services.clock.now_ms(),
        published_by=grant.key_id,
    )


def _chosen(chosen: Chosen) -> ChosenAnswer:
    return ChosenAnswer(chosen.status, chosen.channels is not None, list(chosen.channels or ()))


def _log(log: PreferenceLog, topic_name: str) -> LogAnswer:
    chosen = _chosen(log.chosen)
    return LogAnswer(
        status=chosen.status,
        has_custom_routing=chosen.has_custom_routing,
        custom_routing=chosen.custom_routing,
        id=log.id,
        user_id=log.user_id,
        topic_id=log.topic_id,
        topic_name=topic_name,
        timestamp=iso(log.at),
        tenant_id=log.tenant_id or UNSET,
        previous=_chosen(log.previous) if log.previous else UNSET,
    )
