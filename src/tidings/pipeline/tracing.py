"""Which marks a message leaves: what its links tell, and which campaign they name. Asks the rooms; no I/O."""

from collections.abc import Mapping
from typing import Any

from tidings.channels import Way
from tidings.links import Click, Links, Open
from tidings.messages import Message
from tidings.rendering import Tracks
from tidings.sending_rules import UNTRACKED, Tracking

_UTM = ("source", "medium", "campaign", "term", "content")


def tracks_of(message: Message, way: Way, tracking: Tracking, links: Links) -> Tracks | None:
    """Say what is done to the links of an email that goes this way; None for nothing."""
    if way.channel != "email":
        return None
    utm = utm_of(message, way)
    if not links.base or tracking == UNTRACKED:
        return Tracks(utm=utm) if utm else None
    own = (message.environment_id, message.id, way.channel, way.provider)
    return Tracks(
        click=(lambda url: links.write(Click(*own, url))) if tracking.clicks else None,
        pixel=links.write(Open(*own)) if tracking.opens and _wants_opens(message, way.channel) else "",
        utm=utm,
        own=f"{links.base}/t/",
    )


def utm_of(message: Message, way: Way) -> dict[str, str]:
    """Gather campaign parameters: the provider's over the channel's over the message's."""
    options = message.options
    found: dict[str, str] = {}
    for of in (options, _inner(options, "channels", way.channel), _inner(options, "providers", way.provider)):
        utm = _inner(of, "metadata", "utm")
        found |= {name: utm[name] for name in _UTM if isinstance(utm.get(name), str) and utm[name]}
    return found


def _wants_opens(message: Message, channel: str) -> bool:
    return _inner(message.options, "channels", channel, "override", "tracking").get("open") is not False


def _inner(value: Any, *names: str) -> Mapping[str, Any]:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}
