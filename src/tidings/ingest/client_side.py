"""Which calls come straight from a user's device: the address they come from is the user's (segment.md §1.9)."""

from typing import Any, Final

from tidings.ingest.door import Door

LIBRARIES: Final = frozenset(
    {
        "analytics.js",
        "analytics-android",
        "analytics-flutter",
        "analytics-ios",
        "analytics-kotlin",
        "analytics-react-native",
        "analytics-swift",
        "@jitsu/js",
        "@segment/analytics-react-native",
        "RudderLabs JavaScript SDK",
    }
)
CHANNELS: Final = frozenset({"browser", "client", "mobile", "web"})


def is_client_side(context: dict[str, Any] | None, channel: Any, door: Door) -> bool:
    """Tell whether a call's address is its user's: a server's calls come from the server."""
    if door.is_client_side:
        return True
    if not context:
        return isinstance(channel, str) and channel in CHANNELS
    library, name, own = context.get("library"), None, context.get("channel")
    if isinstance(library, dict):
        name = library.get("name")
    return (
        (isinstance(name, str) and name in LIBRARIES)
        or context.get("direct") is True
        or (isinstance(channel, str) and channel in CHANNELS)
        or (isinstance(own, str) and own in CHANNELS)
    )


def lacks_ip(context: dict[str, Any] | None) -> bool:
    """Tell whether a call's context names no address; what a client names is never replaced."""
    return not context or context.get("ip") is None
