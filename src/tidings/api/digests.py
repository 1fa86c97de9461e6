"""What digests have gathered, and letting them go before their time (courier-api.md §21, §22)."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Request, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Cursor, Limit, next_url
from tidings.clock import iso
from tidings.errors import NotFound
from tidings.ports import DigestInstance
from tidings.preferences import Category, Digest, Topic

_Id = Annotated[str, Meta(min_length=1, max_length=256)]


class CategoryShown(msgspec.Struct):
    """A category, in the words of this endpoint."""

    category_key: str
    retain: str
    sort_key: str | UnsetType = UNSET


class InstanceAnswer(msgspec.Struct):
    """One user's digest."""

    digest_instance_id: str
    user_id: str
    status: Literal["IN_PROGRESS", "COMPLETED"]
    event_count: int
    categories: list[CategoryShown]
    category_key_counts: dict[str, int]
    created_at: str
    disabled: bool
    tenant_id: str | UnsetType = UNSET


class Instances(msgspec.Struct):
    """A page of digests."""

    items: list[InstanceAnswer]
    has_more: bool
    url: str
    cursor: str | None = None
    next_url: str | None = None
    type: Literal["list"] = "list"


class Releasing(msgspec.Struct):
    """Whose digest is to go."""

    user_id: _Id
    tenant_id: _Id | None = None


class DigestController(Controller):
    """Digests by schedule."""

    path = "/digests/schedules/{schedule_id:str}"
    tags = ("Digests",)

    @get("/instances", summary="List a schedule's digests")
    async def instances(
        self,
        schedule_id: FromPath[str],
        request: Request[Any, Any, Any],
        grant: Grant,
        services: Injected,
        *,
        limit: Limit = LIMIT,
        cursor: Cursor = None,
    ) -> Instances:
        """One for each user and time: those that wait and those that went. Answer 404 for an unknown schedule."""
        digest = await _digest(services, grant, schedule_id)
        page = await services.digests.page(grant.environment_id, schedule_id, limit=limit, cursor=cursor)
        return Instances(
            items=[_instance(each, digest, schedule_id) for each in page.items],
            has_more=page.cursor is not None,
            cursor=page.cursor,
            url=request.url.path,
            next_url=next_url(request.url.path, page.cursor, limit),
        )

    @post("/trigger", status_code=204, summary="Release a schedule's digests")
    async def trigger(self, schedule_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """All that wait go now. Answer 404 for an unknown schedule."""
        await _digest(services, grant, schedule_id)
        await services.digests.release(grant.environment_id, schedule_id=schedule_id)
        services.wakeup.wake("due")


class TopicDigestController(Controller):
    """The digest of a topic."""

    path = "/preferences/sections/{section_id:str}/topics/{topic_id:str}/digest"
    tags = ("Preferences",)

    @delete(summary="Turn a topic's digest off")
    async def turn_off(
        self, section_id: FromPath[str], topic_id: FromPath[str], grant: Grant, services: Injected
    ) -> None:
        """What was gathered goes at its time; nothing more is gathered."""
        topic = await _topic(services, grant, section_id, topic_id)
        await services.preferences.put_topic(msgspec.structs.replace(topic, digest=None), create=False)

    @post("/release", status_code=204, summary="Release a user's digest")
    async def release(
        self,
        section_id: FromPath[str],
        topic_id: FromPath[str],
        data: JSONBody[Releasing],
        grant: Grant,
        services: Injected,
    ) -> None:
        """It goes now, if anything was gathered."""
        await _topic(services, grant, section_id, topic_id)
        await services.digests.release(
            grant.environment_id, topic_id=topic_id, user_id=data.user_id, tenant_id=data.tenant_id or ""
        )
        services.wakeup.wake("due")


async def _digest(services: Injected, grant: Grant, schedule_id: str) -> Digest:
    for topic in await services.preferences.all_topics(grant.environment_id):
        if topic.digest is not None and schedule_id in {each.id for each in topic.digest.schedules}:
            return topic.digest
    raise NotFound("Not Found")


async def _topic(services: Injected, grant: Grant, section_id: str, topic_id: str) -> Topic:
    found = (await services.preferences.topics([(grant.environment_id, topic_id)])).get(
        (grant.environment_id, topic_id)
    )
    if found is None or found.section_id != section_id:
        raise NotFound("Not Found")
    return found


def _instance(instance: DigestInstance, digest: Digest, schedule_id: str) -> InstanceAnswer:
    return InstanceAnswer(
        digest_instance_id=instance.id,
        user_id=instance.user_id,
        tenant_id=instance.tenant_id or UNSET,
        status=instance.status,
        event_count=sum(instance.counts.values()),
        categories=[_category(each) for each in digest.categories],
        category_key_counts=instance.counts,
        created_at=iso(instance.created),
        disabled=any(each.disabled for each in digest.schedules if each.id == schedule_id),
    )


def _category(category: Category) -> CategoryShown:
    sort_key = UNSET if category.sort_key is None else category.sort_key
    return CategoryShown(category.category_key, category.retain.lower(), sort_key)
