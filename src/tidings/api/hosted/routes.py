"""Routes of the recipients' pages. No API key: the links are signed, and each means one message's recipient."""

import contextlib
import re
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
import structlog
from litestar import Controller, Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect

from tidings.api.hosted import subscriber
from tidings.api.hosted.subscriber import Picked, Subscriber
from tidings.api.injected import Injected
from tidings.api.pages import Pages, Words, asked_by_browser, words_for
from tidings.errors import Conflict, InvalidInput, NotFound
from tidings.links import CHOOSING_S, Choose, Leave
from tidings.preferences import PreferencePage
from tidings.translations import Catalogue

log = structlog.get_logger(__name__)

Asked = Request[Any, Any, Any]
Paper = NamedDependency[SkipValidation[Pages]]
FIELDS_MAX = 8_000
"""Of one form: a thousand topics with all their channels."""

_Kind = TypeVar("_Kind", bound=Leave | Choose)
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
CHANNELS = {
    "email": "Email",
    "sms": "Text message",
    "push": "Push notification",
    "inbox": "In the app",
    "direct_message": "Chat",
    "webhook": "Webhook",
}


def hosted_router() -> Router:
    """Build the routes."""
    pages = Pages()
    return Router(
        path="/t",
        route_handlers=[HostedController],
        dependencies={"pages": Provide(lambda: pages, sync_to_thread=False)},
        include_in_schema=False,
    )


class Look(msgspec.Struct, frozen=True):
    """How a page looks: as it was published, else by the environment's default brand; without its pictures."""

    name: str
    accent: str
    heading: str = ""
    description: str = ""


class HostedController(Controller):
    """What recipients see."""

    @get("/u/{ticket:str}")
    async def ask(self, ticket: FromPath[str], request: Asked, services: Injected, pages: Paper) -> Response[Any]:
        """Ask whether to unsubscribe. Looking changes nothing: mail scanners look at every link."""
        if (found := await _reader(services, Leave, ticket)) is None:
            return _dead(pages, request)
        link, who = found
        words = await _words(services, request, who)
        what, look = words.named(await _named(services, link)), await _look(services, who)
        return pages.page("leave.html", forms=True, words=words, look=look, what=what).response()

    @post("/u/{ticket:str}", status_code=200)
    async def leave(self, ticket: FromPath[str], request: Asked, services: Injected, pages: Paper) -> Response[Any]:
        """Unsubscribe: a button on the page, or a mailbox that does it for its user (RFC 8058). Twice is once."""
        if (found := await _reader(services, Leave, ticket)) is None:
            return _dead(pages, request)
        link, who = found
        try:
            await subscriber.leave(services, who, topic_id=link.topic_id, channel=link.channel)
            refused = False
        except Conflict:
            refused = True
        log.info("subscriber.left", environment_id=who.environment_id, topic_id=link.topic_id, refused=refused)
        choices = _choices(services, link)
        words = await _words(services, request, who)
        what, look = words.named(await _named(services, link)), await _look(services, who)
        page = pages.page("left.html", forms=True, words=words, look=look, what=what, choices=choices, refused=refused)
        return page.response(status=409 if refused else 200)

    @get("/p/{ticket:str}")
    async def show(self, ticket: FromPath[str], request: Asked, services: Injected, pages: Paper) -> Response[Any]:
        """Show every topic by section, and what holds."""
        if (found := await _reader(services, Choose, ticket)) is None:
            return _dead(pages, request)
        _, who = found
        page = pages.page(
            "choose.html",
            forms=True,
            words=await _words(services, request, who),
            look=await _look(services, who),
            sections=await subscriber.choosable(services, who),
            stopped=bool(await subscriber.stopped(services, who)),
            names=CHANNELS,
            saved="saved" in request.query_params,
        )
        return page.response()

    @post("/p/{ticket:str}")
    async def save(self, ticket: FromPath[str], request: Asked, services: Injected, pages: Paper) -> Response[Any]:
        """Keep what was chosen, then show it."""
        if (found := await _reader(services, Choose, ticket)) is None:
            return _dead(pages, request)
        _, who = found
        fields = _fields(await request.body())
        if "again" in {name for name, _ in fields}:
            for address in await subscriber.stopped(services, who):
                with contextlib.suppress(NotFound):  # somebody was faster
                    await services.suppressions.remove(who.environment_id, address)
        else:
            changed = await subscriber.choose(services, who, _picked(fields))
            log.info("subscriber.chose", environment_id=who.environment_id, changed=changed)
        return Redirect("?saved", status_code=303)


async def _reader(services: Injected, kind: type[_Kind], ticket: str) -> tuple[_Kind, Subscriber] | None:
    """Find who holds a link; None when it means nothing any more."""
    try:
        link = services.links.read(kind, ticket)
        if isinstance(link, Choose) and services.clock.now_ms() // 1000 > link.written_at + CHOOSING_S:
            return None
        message = await services.messages.get(link.environment_id, link.message_id)
    except NotFound:
        return None
    return link, await subscriber.subscriber_of(services, message)


def _dead(pages: Pages, request: Asked) -> Response[Any]:
    words = words_for(asked_by_browser(request.headers.get("accept-language", "")))
    return pages.page("dead_link.html", words=words, look=Look("", "#0f6b62")).response(status=404)


async def _words(services: Injected, request: Asked, who: Subscriber) -> Words:
    """Speak the language of the profile, else the browser's; English for none of them."""
    theirs = (await services.translated([who.environment_id])).get(who.environment_id, Catalogue())
    browser = asked_by_browser(request.headers.get("accept-language", ""))
    return words_for([who.locale, *browser] if who.locale else browser, theirs)


def _choices(services: Injected, link: Leave) -> str:
    """Lead on to all choices, for as long as a link to them would work."""
    if services.clock.now_ms() // 1000 > link.written_at + CHOOSING_S:
        return ""
    return "../p/" + services.links.ticket(Choose(link.environment_id, link.message_id, link.written_at))


async def _named(services: Injected, link: Leave) -> str:
    """Name what is left; empty for everything."""
    key = (link.environment_id, link.topic_id)
    topic = (await services.preferences.topics([key])).get(key) if link.topic_id else None
    return topic.name if topic else ""


async def _look(services: Injected, who: Subscriber) -> Look:
    page = await services.preferences.published(who.environment_id)
    return await look_of(services, page or PreferencePage(environment_id=who.environment_id))


async def look_of(services: Injected, page: PreferencePage) -> Look:
    """Say how a page looks with its brand, or without one that is gone."""
    key = (page.environment_id, "" if page.brand_id == "default" else page.brand_id)
    brand = None if page.brand_id == "none" else (await services.brands.find([key])).get(key)
    colors = brand.settings.get("colors") if brand else None
    primary = colors.get("primary") if isinstance(colors, dict) else None
    accent = primary if isinstance(primary, str) and _COLOR.fullmatch(primary) else "#0f6b62"
    return Look(brand.name if brand else "", accent, page.heading, page.description)


def _fields(body: bytes) -> list[tuple[str, str]]:
    """Read a form. Raises `InvalidInput`."""
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise InvalidInput(f"the form is not UTF-8, or has more than {FIELDS_MAX} fields") from None


def _picked(fields: list[tuple[str, str]]) -> Picked:
    via: dict[str, set[str]] = {}
    for name, value in fields:
        if name == "via":
            topic_id, _, channel = value.rpartition(" ")
            via.setdefault(topic_id, set()).add(channel)
    return Picked(
        shown=frozenset(value for name, value in fields if name == "shown"),
        on=frozenset(value for name, value in fields if name == "on"),
        via={topic_id: frozenset(channels) for topic_id, channels in via.items()},
    )
