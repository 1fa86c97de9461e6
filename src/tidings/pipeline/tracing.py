"""Which marks a message leaves: links that tell, links to unsubscribe by, campaigns. Asks the rooms; no I/O."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.channels import ChannelContent, PushContent, Way
from tidings.gates import Terms
from tidings.links import Choose, Click, Leave, Links, Open
from tidings.messages import Message
from tidings.rendering import Tracks
from tidings.sending_rules import UNTRACKED, Tracking

PUSH_DATA_MAX = 2_000
"""Bytes of data, as JSON, beside which a tracking URL still fits into a push notification's 4 kB."""
_LINKED = frozenset({"email", "sms", "direct_message"})
"""Channels whose links may lead by way of us."""
_CAMPAIGNS = frozenset({"metadata", "channels", "providers"})
"""Options that may name a campaign: most messages have none of them."""
_UTM = ("source", "medium", "campaign", "term", "content")


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What one way of a message carries of ours."""

    names: Mapping[str, Any]
    """What templates can name: `urls`, `openTrackingId`, `unsubscribeTrackingId`, `subscriptionTopicId`."""
    tracks: Tracks | None
    """What is done to the links of an email or a text; None for nothing."""
    unsubscribe_url: str
    """What an email's headers say; empty for nothing."""
    tracking_url: str = ""
    """Where an app tells what became of a push notification; empty for nowhere."""

    def onto(self, content: ChannelContent) -> ChannelContent:
        """Put the tracking URL where apps look for it, unless the payload would get too large for it."""
        if not self.tracking_url or not isinstance(content, PushContent):
            return content
        if len(msgspec.json.encode(content.data)) > PUSH_DATA_MAX:
            return content
        return msgspec.structs.replace(content, data={**content.data, "trackingUrl": self.tracking_url})


def marks_of(message: Message, way: Way, terms: Terms, links: Links, *, tells: bool) -> Marks:
    """Write them. `tells` is whether anything may be told of it; without a public URL there are campaigns alone."""
    names: dict[str, Any] = {"subscriptionTopicId": terms.topic_id}
    tracking = terms.tracking if tells else UNTRACKED
    if not links.base:
        return Marks(names=names, tracks=_tracks(message, way, UNTRACKED, links, ""), unsubscribe_url="")
    written_at = message.enqueued // 1000
    own = (message.environment_id, message.id)
    unsubscribe = links.write(Leave(*own, terms.topic_id, way.channel, written_at))
    tells_push = way.channel == "push" and tracking != UNTRACKED
    opened = links.write(Open(*own, way.channel, way.provider)) if tracking.opens and _wants_opens(message, way) else ""
    names |= {
        "urls": {
            "opened": opened,
            "preferences": links.write(Choose(*own, written_at)),
            "unsubscribe": unsubscribe,
        },
        "openTrackingId": opened.rpartition("/")[2],
        "unsubscribeTrackingId": unsubscribe.rpartition("/")[2],
    }
    return Marks(
        names=names,
        tracks=_tracks(message, way, tracking, links, opened),
        unsubscribe_url=unsubscribe if terms.unsubscribes else "",
        tracking_url=f"{links.base}/e/{links.ticket(Open(*own, way.channel, way.provider))}" if tells_push else "",
    )


def _tracks(message: Message, way: Way, tracking: Tracking, links: Links, opened: str) -> Tracks | None:
    if way.channel not in _LINKED:
        return None
    clicks = tracking.clicks and (way.channel == "email" or tracking.texts)
    utm = utm_of(message, way)
    if way.channel != "email":
        opened = ""
    if not clicks and not opened and not utm:
        return None
    own = (message.environment_id, message.id, way.channel, way.provider)
    return Tracks(
        click=(lambda url: links.write(Click(*own, url))) if clicks else None,
        pixel=opened,
        utm=utm,
        own=f"{links.base}/t/" if links.base else "",
    )


def utm_of(message: Message, way: Way) -> dict[str, str]:
    """Gather campaign parameters: the provider's over the channel's over the message's."""
    options = message.options
    found: dict[str, str] = {}
    if _CAMPAIGNS.isdisjoint(options):
        return found
    for of in (options, _inner(options, "channels", way.channel), _inner(options, "providers", way.provider)):
        utm = _inner(of, "metadata", "utm")
        found |= {name: utm[name] for name in _UTM if isinstance(utm.get(name), str) and utm[name]}
    return found


def _wants_opens(message: Message, way: Way) -> bool:
    return _inner(message.options, "channels", way.channel, "override", "tracking").get("open") is not False


def _inner(value: Any, *names: str) -> Mapping[str, Any]:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}
