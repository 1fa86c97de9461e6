"""What a user chose of each topic (courier-api.md §5.2)."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET, Meta, UnsetType

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import Paging
from tidings.api.permission import of_area, opens_to_tokens
from tidings.api.preference_sections import Channel
from tidings.errors import InvalidInput, NotFound
from tidings.ingest.send import check_user_id
from tidings.preferences import Choice, Preference, Standing, Topic, inherited_for, resolve

ITEMS_MAX = 50
Tenant = Annotated[str | None, QueryParameter(max_length=256, description="Where the choice holds.")]


class Choosing(msgspec.Struct):
    """A choice to keep."""

    status: Literal["OPTED_IN", "OPTED_OUT"]
    has_custom_routing: bool | None = None
    custom_routing: Annotated[list[Channel], Meta(max_length=6)] | None = None
    digest_schedule_id: Annotated[str, Meta(min_length=1, max_length=256)] | UnsetType | None = UNSET
    """By which schedule its digest goes; `null` for the default, left out for as it was."""


class ChoosingOf(Choosing, kw_only=True):
    """A choice of one topic of several."""

    topic_id: Annotated[str, Meta(min_length=1, max_length=256)]


class TopicBody(msgspec.Struct):
    """A choice of the topic in the path."""

    topic: Choosing


class TopicsBody(msgspec.Struct):
    """Choices of several topics."""

    topics: Annotated[list[ChoosingOf], Meta(max_length=ITEMS_MAX)]


class TopicPreference(msgspec.Struct):
    """A topic, and what holds for the user."""

    topic_id: str
    topic_name: str
    status: Choice
    default_status: Choice
    has_custom_routing: bool
    section_id: str
    section_name: str
    custom_routing: Sequence[str] | UnsetType = UNSET
    digest_schedule_id: str | UnsetType = UNSET


class TopicPreferences(msgspec.Struct):
    """Every topic, and what holds for the user."""

    items: list[TopicPreference]
    paging: Paging


class OneTopic(msgspec.Struct):
    """One topic, and what holds for the user."""

    topic: TopicPreference


class Kept(msgspec.Struct):
    """A choice that was kept."""

    topic_id: str
    status: Choice
    has_custom_routing: bool
    custom_routing: Sequence[str]


class Failure(msgspec.Struct):
    """A choice that was not kept, and why."""

    topic_id: str
    reason: str


class Updated(msgspec.Struct):
    """What was kept and what was not."""

    items: list[Kept]
    errors: list[Failure]


class Replaced(msgspec.Struct):
    """What was kept, and which choices were forgotten."""

    items: list[Kept]
    deleted: list[str]


class Done(msgspec.Struct):
    """Done."""

    message: Literal["success"] = "success"


_TOKENS = opens_to_tokens("preferences", of="user_id")


class UserPreferenceController(Controller):
    """What a user wants."""

    path = "/users/{user_id:str}/preferences"
    tags = ("Preferences",)
    opt = of_area("Profiles")  # what a user wants is about the user

    @get(summary="List a user's preferences", opt=_TOKENS)
    async def retrieve(
        self, user_id: FromPath[str], grant: Grant, services: Injected, tenant_id: Tenant = None
    ) -> TopicPreferences:
        """Every topic, with what holds for this user: their choice, else the default."""
        shown = await _shown(services, grant, user_id, tenant_id)
        return TopicPreferences(items=list(shown.values()), paging=Paging(more=False))

    @put(summary="Replace a user's preferences")
    async def bulk_replace(
        self,
        user_id: FromPath[str],
        data: JSONBody[TopicsBody],
        grant: Grant,
        services: Injected,
        tenant_id: Tenant = None,
    ) -> Replaced:
        """Keep these choices and forget all others; nothing is changed when one of them cannot be kept."""
        topics = await _topics(services, grant)
        for index, wanted in enumerate(data.topics):
            if fault := _fault(wanted, topics.get(wanted.topic_id)):
                raise InvalidInput(fault, path=f"topics[{index}].topic_id")
        found = await services.preferences.chosen([(grant.environment_id, user_id)])
        here = [each for each in found.get((grant.environment_id, user_id), ()) if each.tenant_id == (tenant_id or "")]
        named = {wanted.topic_id for wanted in data.topics}
        gone = [each.topic_id for each in here if each.topic_id not in named]
        kept = await _choose(services, grant, user_id, data.topics, gone=gone, tenant_id=tenant_id)
        return Replaced(items=kept, deleted=gone)

    @post(status_code=200, summary="Change some of a user's preferences")
    async def bulk_update(
        self,
        user_id: FromPath[str],
        data: JSONBody[TopicsBody],
        grant: Grant,
        services: Injected,
        tenant_id: Tenant = None,
    ) -> Updated:
        """Keep those of these choices that can be kept; the others are named with the reason."""
        if not data.topics:
            raise InvalidInput("name one topic at least", path="topics")
        topics = await _topics(services, grant)
        faults = {wanted.topic_id: _fault(wanted, topics.get(wanted.topic_id)) for wanted in data.topics}
        good = [wanted for wanted in data.topics if not faults[wanted.topic_id]]
        kept = await _choose(services, grant, user_id, good, tenant_id=tenant_id)
        return Updated(items=kept, errors=[Failure(topic, fault) for topic, fault in faults.items() if fault])

    @get("/{topic_id:str}", summary="Read a user's preference", opt=_TOKENS)
    async def retrieve_topic(
        self,
        user_id: FromPath[str],
        topic_id: FromPath[str],
        grant: Grant,
        services: Injected,
        tenant_id: Tenant = None,
    ) -> OneTopic:
        """Answer 404 for an unknown topic."""
        if found := (await _shown(services, grant, user_id, tenant_id)).get(topic_id):
            return OneTopic(topic=found)
        raise NotFound("Not Found")

    @put("/{topic_id:str}", summary="Choose", opt=_TOKENS)
    async def update_or_create_topic(
        self,
        *,
        user_id: FromPath[str],
        topic_id: FromPath[str],
        data: JSONBody[TopicBody],
        grant: Grant,
        services: Injected,
        tenant_id: Tenant = None,
    ) -> Done:
        """Keep a choice. Opting out of a required topic is refused."""
        topic = (await _topics(services, grant)).get(topic_id)
        if topic is None:
            raise NotFound("Not Found")
        if fault := _schedule_fault(data.topic, topic):
            raise InvalidInput(fault, path="topic.digest_schedule_id")
        if fault := _fault(data.topic, topic):
            raise InvalidInput(fault, path="topic.status")
        wanted = ChoosingOf(
            topic_id=topic_id,
            status=data.topic.status,
            has_custom_routing=data.topic.has_custom_routing,
            custom_routing=data.topic.custom_routing,
            digest_schedule_id=data.topic.digest_schedule_id,
        )
        await _choose(services, grant, user_id, [wanted], tenant_id=tenant_id)
        return Done()

    @delete("/{topic_id:str}", summary="Forget a choice", opt=_TOKENS)
    async def delete_topic(
        self,
        user_id: FromPath[str],
        topic_id: FromPath[str],
        grant: Grant,
        services: Injected,
        tenant_id: Tenant = None,
    ) -> None:
        """Let the default hold again."""
        await services.preferences.choose(grant.environment_id, user_id, put=[], drop=[(topic_id, tenant_id or "")])


async def _topics(services: Injected, grant: Grant) -> dict[str, Topic]:
    return {topic.id: topic for topic in await services.preferences.all_topics(grant.environment_id)}


def _fault(wanted: Choosing, topic: Topic | None) -> str:
    if topic is None:
        return "there is no such topic"
    if topic.default_status == "REQUIRED" and wanted.status == "OPTED_OUT":
        return "the topic is required: nobody can opt out of it"
    return _schedule_fault(wanted, topic)


def _schedule_fault(wanted: Choosing, topic: Topic) -> str:
    if isinstance(wanted.digest_schedule_id, str) and _schedule(topic, wanted.digest_schedule_id) is UNSET:
        return "the topic has no schedule of this id that is in use"
    return ""


def _schedule(topic: Topic, chosen: str | None) -> str | UnsetType:
    """Give the schedule that was chosen, while the topic has it and it is in use."""
    usable = {each.id for each in topic.digest.schedules if not each.disabled} if topic.digest else set()
    return chosen if chosen in usable else UNSET


async def _choose(
    services: Injected,
    grant: Grant,
    user_id: str,
    wanted: Sequence[ChoosingOf],
    *,
    gone: Sequence[str] = (),
    tenant_id: str | None,
) -> list[Kept]:
    check_user_id(user_id, path="user_id")
    tenant, now = tenant_id or "", services.clock.now_ms()
    put = [
        Preference(
            topic_id=each.topic_id,
            status=each.status,
            channels=tuple(dict.fromkeys(each.custom_routing or ())) if each.has_custom_routing else None,
            tenant_id=tenant,
            updated=now,
            digest_schedule_id=None if each.digest_schedule_id is UNSET else each.digest_schedule_id or "",
        )
        for each in wanted
    ]
    drop = [(topic_id, tenant) for topic_id in gone]
    await services.preferences.choose(grant.environment_id, user_id, put=put, drop=drop)
    return [
        Kept(
            each.topic_id, each.status, has_custom_routing=each.channels is not None, custom_routing=each.channels or ()
        )
        for each in put
    ]


async def _shown(services: Injected, grant: Grant, user_id: str, tenant_id: str | None) -> dict[str, TopicPreference]:
    """Say of every topic what holds for the user."""
    key = (grant.environment_id, user_id)
    chosen = (await services.preferences.chosen([key])).get(key, ())
    sections = {section.id: section.name for section in await services.preferences.sections(grant.environment_id)}
    now = services.clock.now_ms()
    layers = await inherited_layers(services, grant.environment_id, tenant_id or "")
    shown: dict[str, TopicPreference] = {}
    for topic in (await _topics(services, grant)).values():
        mine = [each for each in chosen if each.topic_id == topic.id and each.tenant_id in {"", tenant_id or ""}]
        inherited = inherited_for(topic.id, layers)
        standing = resolve(topic, inherited=inherited, stored=mine, now=now)
        default = inherited.status if inherited else topic.default_status
        section_name = sections.get(topic.section_id, "")
        shown[topic.id] = _preference(topic, standing, default, section_name, _chosen_schedule(topic, mine))
    return shown


async def inherited_layers(services: Injected, environment_id: int, tenant_id: str) -> tuple[Any, ...]:
    """Read what a tenant and those above it want for their users, nearest first; nothing for nobody's name."""
    key = (environment_id, tenant_id)
    lineage = (await services.tenants.lineages([key])).get(key) if tenant_id else None
    return lineage.default_preferences if lineage else ()


def _chosen_schedule(topic: Topic, mine: Sequence[Preference]) -> str | UnsetType:
    """Find what was chosen in the tenant's name, else anywhere."""
    nearest = sorted(mine, key=lambda each: not each.tenant_id)
    chosen = next((each.digest_schedule_id for each in nearest if each.digest_schedule_id), None)
    return _schedule(topic, chosen)


def _preference(
    topic: Topic, standing: Standing, default: Choice, section_name: str, schedule: str | UnsetType
) -> TopicPreference:
    return TopicPreference(
        topic_id=topic.id,
        topic_name=topic.name,
        status=standing.status,
        default_status=default,
        has_custom_routing=standing.channels is not None,
        custom_routing=UNSET if standing.channels is None else sorted(standing.channels),
        section_id=topic.section_id,
        section_name=section_name,
        digest_schedule_id=schedule,
    )
