"""What Courier's first version asked of preferences and routing (courier-api.md §24)."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.permission import READS
from tidings.data_logs import Asked, Ways
from tidings.errors import InvalidInput
from tidings.ingest.send import check_user_id
from tidings.preferences import Choice, Wishes, wishes_of
from tidings.templates import Template

Json = dict[str, Any]
_RECIPIENTS_MAX = 100
_TEMPLATES_MAX = 1_000
"""The newest; the first version had no pages."""
_LATER_WORDS = frozenset({"preferences", "context", "tenant_id", "account_id"})
"""What `to` means in the second version, and a profile of the first does not."""
_NUL = b"\\u0000"
_TYPES: dict[Choice, Literal["OPT_IN", "OPT_OUT", "REQUIRED"]] = {
    "OPTED_IN": "OPT_IN",
    "OPTED_OUT": "OPT_OUT",
    "REQUIRED": "REQUIRED",
}


class FirstConfig(msgspec.Struct):
    """What holds until somebody chooses."""

    type: Literal["OPT_IN", "OPT_OUT", "REQUIRED"]


class FirstNotification(msgspec.Struct):
    """A template that is published."""

    id: str
    title: str
    config: FirstConfig


class FirstCategory(FirstNotification):
    """A topic, and the templates that belong to it."""

    notifications: list[FirstNotification]


class FirstPreferences(msgspec.Struct):
    """All that there is to want."""

    uncategorized: list[FirstNotification]
    """Templates of no topic: nobody can opt out of them alone."""
    categories: list[FirstCategory]


class RouteRecipient(msgspec.Struct):
    """Somebody whose ways are asked for."""

    recipient: Annotated[str, Meta(min_length=1, max_length=1024)]
    data: Json | None = None
    preferences: Wishes | None = None
    profile: Json | None = None
    """Laid over what is stored."""

    def asked(self, path: str) -> Asked:
        """Write it as somebody whom a message goes to. Raises `InvalidInput`."""
        check_user_id(self.recipient, path=f"{path}.recipient")
        profile = {name: value for name, value in (self.profile or {}).items() if name not in _LATER_WORDS}
        if _NUL in msgspec.json.encode(profile):
            raise InvalidInput("cannot hold NUL", path=f"{path}.profile")
        wishes = wishes_of(self.preferences)
        to = profile if wishes is None else {**profile, "preferences": wishes}
        return Asked(recipient=self.recipient, to=to, data=self.data or {})


class RoutingBody(msgspec.Struct):
    """A hundred recipients at most."""

    recipients: Annotated[list[RouteRecipient], Meta(min_length=1, max_length=_RECIPIENTS_MAX)]


class ChannelSummary(msgspec.Struct):
    """Whether a provider would be asked."""

    channel: str
    """The provider's key."""
    selected: bool
    type: str
    """`always` where all channels get it, `bestOf` where the first that can."""
    reason: str | UnsetType = UNSET


class Routed(msgspec.Struct, rename="camel"):
    """By which ways somebody would get it; or the reason why there is nothing to get."""

    channels_summary: list[ChannelSummary] | UnsetType = UNSET
    preferences: Json | UnsetType = UNSET
    """As they were sent along."""
    reason: str | UnsetType = UNSET
    selected: bool | UnsetType = UNSET


class RoutedRecipient(msgspec.Struct):
    """A recipient, and the ways."""

    recipient: str
    routing: Routed


class RoutingAnswer(msgspec.Struct):
    """A list of lists, as documented: one list here, in the order of the recipients."""

    results: list[list[RoutedRecipient]]


class FirstPreferenceController(Controller):
    """What there is to want."""

    path = "/preferences"
    tags = ("Preferences",)

    @get(summary="List what there is to want, in the words of Courier's first version")
    async def all(self, grant: Grant, services: Injected) -> FirstPreferences:
        """Topics are its categories. The templates are the newest thousand that are published."""
        topics = await services.preferences.all_topics(grant.environment_id)
        belonging: dict[str, list[FirstNotification]] = {topic.id: [] for topic in topics}
        kinds = {topic.id: _TYPES[topic.default_status] for topic in topics}
        uncategorized: list[FirstNotification] = []
        for template in await _published(services, grant.environment_id):
            topic_id = template.draft.topic_id or ""
            shown = FirstNotification(template.id, template.draft.name, FirstConfig(kinds.get(topic_id, "OPT_IN")))
            belonging.get(topic_id, uncategorized).append(shown)
        categories = [
            FirstCategory(each.id, each.name, FirstConfig(kinds[each.id]), belonging[each.id]) for each in topics
        ]
        return FirstPreferences(uncategorized, categories)


class FirstRoutingController(Controller):
    """Nothing is sent, written or counted."""

    path = "/send/{event:str}/routing"
    tags = ("Send",)

    @post(status_code=200, summary="Ask for ways, in the words of Courier's first version", opt=READS)
    async def ask(
        self, event: FromPath[str], data: JSONBody[RoutingBody], grant: Grant, services: Injected
    ) -> RoutingAnswer:
        """Say by which providers each would get what the event, or the template of that id, sends."""
        asked = [each.asked(f"recipients[{number}]") for number, each in enumerate(data.recipients)]
        found = await services.forecaster.ways(grant.environment_id, event, asked)
        results = [
            RoutedRecipient(ways.recipient, _routed(ways, wishes_of(each.preferences)))
            for ways, each in zip(found, data.recipients, strict=True)
        ]
        return RoutingAnswer([results])


async def _published(services: Injected, environment_id: int) -> list[Template]:
    found: list[Template] = []
    cursor: str | None = None
    while len(found) < _TEMPLATES_MAX:
        page = await services.templates.page(environment_id, limit=100, cursor=cursor)
        found += [template for template in page.items if template.published_version is not None]
        cursor = page.cursor
        if cursor is None:
            break
    return found[:_TEMPLATES_MAX]


def _routed(ways: Ways, preferences: Json | None) -> Routed:
    if ways.reason is not None:
        return Routed(reason=ways.reason, selected=False)
    summary = [
        ChannelSummary(each.channel, each.selected, each.type, UNSET if each.reason is None else each.reason)
        for each in ways.choices
    ]
    return Routed(channels_summary=summary, preferences=preferences or {"categories": {}, "notifications": {}})
