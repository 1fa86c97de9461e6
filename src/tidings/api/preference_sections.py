"""Sections and topics: what there is to want (courier-api.md §21)."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.idempotency import IdempotencyKey, check_idempotency, keyed_id
from tidings.api.injected import Injected
from tidings.api.topic_digests import DigestAnswer, DigestBody, digest_answer, digest_of
from tidings.clock import iso
from tidings.errors import NotFound
from tidings.preferences import Allowed, Choice, Digest, Section, Topic

Channel = Literal["direct_message", "email", "push", "sms", "webhook", "inbox"]
_Name = Annotated[str, Meta(min_length=1, max_length=200)]
_Text = Annotated[str, Meta(max_length=2000)]
_Channels = Annotated[list[Channel], Meta(max_length=6)]
Json = dict[str, Any]


class SectionBody(msgspec.Struct):
    """A section to write."""

    name: _Name
    description: _Text | None = None
    routing_options: _Channels | None = None
    has_custom_routing: bool | None = None


class TopicBody(msgspec.Struct):
    """A topic to write."""

    name: _Name
    default_status: Choice
    description: _Text | None = None
    allowed_preferences: Annotated[list[Allowed], Meta(max_length=2)] | None = None
    routing_options: _Channels | None = None
    include_unsubscribe_header: bool | None = None
    topic_data: Json | None = None
    digest: DigestBody | UnsetType | None = UNSET


class Arrangement(msgspec.Struct):
    """Ids in the order to show; those left out come after them as they stand."""

    order: Annotated[list[Annotated[str, Meta(min_length=1, max_length=255)]], Meta(max_length=1_000)]


class TopicAnswer(msgspec.Struct):
    """A topic; times are ISO-8601."""

    id: str
    name: str
    default_status: Choice
    allowed_preferences: Sequence[str]
    routing_options: Sequence[str]
    include_unsubscribe_header: bool
    topic_data: Json
    created: str
    updated: str
    creator: str
    updater: str
    description: str | UnsetType = UNSET
    digest: DigestAnswer | UnsetType = UNSET


class SectionAnswer(msgspec.Struct):
    """A section with its topics."""

    id: str
    name: str
    routing_options: Sequence[str]
    has_custom_routing: bool
    topics: list[TopicAnswer]
    created: str
    updated: str
    creator: str
    updater: str
    description: str | UnsetType = UNSET


class Sections(msgspec.Struct):
    """All sections."""

    results: list[SectionAnswer]


class Topics(msgspec.Struct):
    """All topics of a section."""

    results: list[TopicAnswer]


class SectionController(Controller):
    """What there is to want."""

    path = "/preferences/sections"
    tags = ("Preferences",)

    @get(summary="List sections")
    async def page(self, grant: Grant, services: Injected) -> Sections:
        """All of them with their topics, as they were arranged, else oldest first."""
        return await _all(grant, services)

    @put("/order", status_code=200, summary="Arrange sections")
    async def arrange(self, data: JSONBody[Arrangement], grant: Grant, services: Injected) -> Sections:
        """Say in which order sections are shown, on the page for recipients too. Ours."""
        await services.preferences.arrange_sections(grant.environment_id, data.order)
        return await _all(grant, services)

    @post(status_code=201, summary="Create a section")
    async def create(
        self, data: JSONBody[SectionBody], grant: Grant, services: Injected, key: IdempotencyKey = None
    ) -> SectionAnswer:
        """Its id is drawn, or derived from the idempotency key."""
        section_id = _new_id("ps", "POST /preferences/sections", key, grant, services)
        kept = await services.preferences.put_section(_wanted(data, section_id, grant, services), create=True)
        return _section(kept, await services.preferences.all_topics(grant.environment_id))

    @get("/{section_id:str}", summary="Read a section")
    async def retrieve(self, section_id: FromPath[str], grant: Grant, services: Injected) -> SectionAnswer:
        """Answer 404 when there is none."""
        for section in await services.preferences.sections(grant.environment_id):
            if section.id == section_id:
                return _section(section, await services.preferences.all_topics(grant.environment_id))
        raise NotFound("Not Found")

    @put("/{section_id:str}", summary="Replace a section")
    async def replace(
        self, section_id: FromPath[str], data: JSONBody[SectionBody], grant: Grant, services: Injected
    ) -> SectionAnswer:
        """Its topics stay."""
        kept = await services.preferences.put_section(_wanted(data, section_id, grant, services), create=False)
        return _section(kept, await services.preferences.all_topics(grant.environment_id))

    @delete("/{section_id:str}", summary="Delete a section")
    async def archive(self, section_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Answer 409 while it has topics."""
        await services.preferences.delete_section(grant.environment_id, section_id)


class TopicController(Controller):
    """The topics of a section."""

    path = "/preferences/sections/{section_id:str}/topics"
    tags = ("Preferences",)

    @get(summary="List a section's topics")
    async def page(self, section_id: FromPath[str], grant: Grant, services: Injected) -> Topics:
        """All of them, as they were arranged, else oldest first."""
        return Topics(results=[_topic(topic) for topic in await _topics(section_id, grant, services)])

    @put("/order", status_code=200, summary="Arrange a section's topics")
    async def arrange(
        self, section_id: FromPath[str], data: JSONBody[Arrangement], grant: Grant, services: Injected
    ) -> Topics:
        """Say in which order its topics are shown, on the page for recipients too. Ours."""
        await services.preferences.arrange_topics(grant.environment_id, section_id, data.order)
        return Topics(results=[_topic(topic) for topic in await _topics(section_id, grant, services)])

    @post(status_code=201, summary="Create a topic")
    async def create(
        self,
        section_id: FromPath[str],
        data: JSONBody[TopicBody],
        grant: Grant,
        services: Injected,
        key: IdempotencyKey = None,
    ) -> TopicAnswer:
        """Its id is drawn, or derived from the idempotency key."""
        topic_id = _new_id("pt", f"POST /preferences/sections/{section_id}/topics", key, grant, services)
        wanted = _wanted_topic(data, section_id, topic_id, grant, services)
        return _topic(await services.preferences.put_topic(wanted, create=True))

    @get("/{topic_id:str}", summary="Read a topic")
    async def retrieve(
        self, section_id: FromPath[str], topic_id: FromPath[str], grant: Grant, services: Injected
    ) -> TopicAnswer:
        """Answer 404 when the section has none of this id."""
        for topic in await _topics(section_id, grant, services):
            if topic.id == topic_id:
                return _topic(topic)
        raise NotFound("Not Found")

    @put("/{topic_id:str}", summary="Replace a topic")
    async def replace(
        self,
        section_id: FromPath[str],
        topic_id: FromPath[str],
        data: JSONBody[TopicBody],
        grant: Grant,
        services: Injected,
    ) -> TopicAnswer:
        """What users chose stays; so does a digest that is left out, while `null` turns it off."""
        before = await services.preferences.topics([(grant.environment_id, topic_id)])
        standing = before.get((grant.environment_id, topic_id))
        wanted = _wanted_topic(
            data, section_id, topic_id, grant, services, standing=standing.digest if standing else None
        )
        return _topic(await services.preferences.put_topic(wanted, create=False))

    @delete("/{topic_id:str}", summary="Delete a topic")
    async def archive(
        self, section_id: FromPath[str], topic_id: FromPath[str], grant: Grant, services: Injected
    ) -> None:
        """What users chose stays, and still holds for templates that name it."""
        await services.preferences.delete_topic(grant.environment_id, section_id, topic_id)


def _new_id(prefix: str, endpoint: str, key: str | None, grant: Grant, services: Injected) -> str:
    now = services.clock.now_ms()
    check_idempotency(key, None, now=now)
    return keyed_id(prefix, grant.environment_id, endpoint, key) if key else ids.prefixed_id(prefix, now)


def _wanted(data: SectionBody, section_id: str, grant: Grant, services: Injected) -> Section:
    now = services.clock.now_ms()
    return Section(
        environment_id=grant.environment_id,
        id=section_id,
        name=data.name,
        description=data.description,
        routing_options=tuple(data.routing_options or ()),
        has_custom_routing=bool(data.has_custom_routing),
        created=now,
        creator=grant.key_id,
        updated=now,
        updater=grant.key_id,
    )


def _wanted_topic(
    data: TopicBody,
    section_id: str,
    topic_id: str,
    grant: Grant,
    services: Injected,
    *,
    standing: Digest | None = None,
) -> Topic:
    now = services.clock.now_ms()
    digest = standing
    if data.digest is not UNSET:
        digest = digest_of(data.digest, standing, now=now) if isinstance(data.digest, DigestBody) else None
    return Topic(
        environment_id=grant.environment_id,
        id=topic_id,
        section_id=section_id,
        name=data.name,
        description=data.description,
        default_status=data.default_status,
        allowed_preferences=tuple(data.allowed_preferences or ()),
        routing_options=tuple(data.routing_options or ()),
        include_unsubscribe_header=bool(data.include_unsubscribe_header),
        topic_data=data.topic_data or {},
        digest=digest,
        created=now,
        creator=grant.key_id,
        updated=now,
        updater=grant.key_id,
    )


async def _all(grant: Grant, services: Injected) -> Sections:
    topics = await services.preferences.all_topics(grant.environment_id)
    found = await services.preferences.sections(grant.environment_id)
    return Sections(results=[_section(section, topics) for section in found])


async def _topics(section_id: str, grant: Grant, services: Injected) -> list[Topic]:
    if section_id not in {section.id for section in await services.preferences.sections(grant.environment_id)}:
        raise NotFound("Not Found")
    found = await services.preferences.all_topics(grant.environment_id)
    return [topic for topic in found if topic.section_id == section_id]


def _section(section: Section, topics: Sequence[Topic]) -> SectionAnswer:
    return SectionAnswer(
        id=section.id,
        name=section.name,
        description=section.description if section.description is not None else UNSET,
        routing_options=section.routing_options,
        has_custom_routing=section.has_custom_routing,
        topics=[_topic(topic) for topic in topics if topic.section_id == section.id],
        **_stamps(section),
    )


def _topic(topic: Topic) -> TopicAnswer:
    return TopicAnswer(
        id=topic.id,
        name=topic.name,
        description=topic.description if topic.description is not None else UNSET,
        default_status=topic.default_status,
        allowed_preferences=topic.allowed_preferences,
        routing_options=topic.routing_options,
        include_unsubscribe_header=topic.include_unsubscribe_header,
        topic_data=topic.topic_data,
        digest=UNSET if topic.digest is None else digest_answer(topic.digest),
        **_stamps(topic),
    )


def _stamps(item: Section | Topic) -> dict[str, str]:
    return {
        "created": iso(item.created),
        "creator": item.creator,
        "updated": iso(item.updated),
        "updater": item.updater,
    }
