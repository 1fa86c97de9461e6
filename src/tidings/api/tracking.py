"""Where links of sent messages lead: no API key, each of them is signed by us (courier-semantics.md §20)."""

import hashlib
import re
from typing import Any, Literal

import msgspec
import structlog
from litestar import Controller, Request, Response, post, route
from litestar.params import FromPath, JSONBody

from tidings.api.accept_pixel import GIF
from tidings.api.hosted.subscriber import leave, subscriber_of
from tidings.api.injected import Injected
from tidings.errors import Unavailable
from tidings.links import Click, Leave, Open
from tidings.messages import Receipt, Status
from tidings.ports import Facts

log = structlog.get_logger(__name__)

Asked = Request[Any, Any, Any]
Event = Literal["click", "open", "unsubscribe", "CLICKED", "DELIVERED", "OPENED", "READ", "UNREAD"]

_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_FROM_ANYWHERE = {"Access-Control-Allow-Origin": "*", **_PRIVATE}
"""Apps tell from pages of their own."""
_MACHINE = re.compile(r"(?i)bot\b|crawl|spider|slurp|preview|scanner|facebookexternalhit")
"""Programs that say that nobody sits before them. Those that say nothing are counted as people."""
_EVENTS = {
    "click": Status.CLICKED,
    "open": Status.OPENED,
    "CLICKED": Status.CLICKED,
    "DELIVERED": Status.DELIVERED,
    "OPENED": Status.OPENED,
    "READ": Status.OPENED,
}


class Told(msgspec.Struct):
    """What an app tells of a message that it shows."""

    event: Event


class TrackingController(Controller):
    """What recipients do with messages."""

    tags = ("Tracking",)
    security = ({"signature": []},)

    @route("/t/o/{ticket:str}", http_method=["GET", "HEAD"], status_code=200, summary="Note that an email was opened")
    async def opened(self, ticket: FromPath[str], request: Asked, services: Injected) -> Response[bytes]:
        """Give one transparent pixel. The first time counts; asking for the head, or ahead of time, never does."""
        link = services.links.read(Open, ticket)
        if _is_person(request):
            await _tell(services, link, Status.OPENED, fact="open")
        return Response(GIF, media_type="image/gif", headers=_PRIVATE)

    @route("/t/c/{ticket:str}", http_method=["GET", "HEAD"], status_code=302, summary="Follow a link of an email")
    async def clicked(self, ticket: FromPath[str], request: Asked, services: Injected) -> Response[None]:
        """Lead to where the link led when the message was written, and nowhere else. Each link counts once."""
        link = services.links.read(Click, ticket)
        if _is_person(request):
            digest = hashlib.blake2b(link.url.encode(), digest_size=8).hexdigest()
            await _tell(services, link, Status.CLICKED, fact=f"click {digest}", url=link.url)
        return Response(None, status_code=302, headers={"Location": link.url, **_PRIVATE})

    @route("/e/{ticket:str}", http_method=["OPTIONS"], status_code=204, include_in_schema=False)
    async def asked(self, ticket: FromPath[str]) -> Response[None]:
        """Let pages of any origin tell."""
        del ticket
        allowed = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "*"}
        return Response(None, status_code=204, headers={**_FROM_ANYWHERE, **allowed})

    @post("/e/{ticket:str}", status_code=200, summary="Tell what an app did with a push notification")
    async def told(self, ticket: FromPath[str], data: JSONBody[Told], services: Injected) -> Response[dict[str, str]]:
        """Take what Courier's mobile and browser libraries post to a message's `trackingUrl`."""
        if data.event == "unsubscribe":
            leaving = services.links.read(Leave, ticket)
            message = await services.messages.get(leaving.environment_id, leaving.message_id)
            who = await subscriber_of(services, message)
            await leave(services, who, topic_id=leaving.topic_id, channel=leaving.channel)
            return Response({"status": "SUCCESS"}, headers=_FROM_ANYWHERE)
        link = services.links.read(Open, ticket)
        if (status := _EVENTS.get(data.event)) is not None:
            await _tell(services, link, status, fact=status.value)
        return Response({"status": "SUCCESS"}, headers=_FROM_ANYWHERE)


def _is_person(request: Asked) -> bool:
    """Tell whether somebody looks: not a HEAD, not a browser that fetches ahead, not a program that says it is one."""
    headers = request.headers
    ahead = (headers.get(name, "") for name in ("purpose", "sec-purpose", "x-purpose", "x-moz"))
    return (
        request.method == "GET"
        and not any("prefetch" in said or "preview" in said for said in ahead)
        and not _MACHINE.search(headers.get("user-agent", "")[:500])
    )


async def _tell(services: Injected, link: Open | Click, status: Status, *, fact: str, url: str = "") -> None:
    """Record a fact; while storage is away the recipient is served all the same."""
    receipt = Receipt(message_id=link.message_id, status=status, at=services.clock.now_ms(), id=fact, url=url)
    environment_id, channel, provider = link.environment_id, link.channel, link.provider
    facts = Facts(environment_id=environment_id, channel=channel, provider=provider, receipts=[receipt])
    try:
        await services.facts.add(facts)
    except Unavailable as error:
        log.warning("tracking.not_recorded", message_id=link.message_id, status=status, error=str(error))
