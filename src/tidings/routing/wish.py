"""What a message asks for: which channels, in which order, by which providers (courier-semantics.md §7)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tidings.channels import Available
from tidings.routing.reach import KNOWN_CHANNELS

DEPTH_MAX = 10
"""`routing` may nest; nobody nests deeper."""
WISHES_MAX = 100
"""Channels and providers one message may name."""


class Wish(msgspec.Struct, frozen=True):
    """One channel to try, by any of its providers or by one."""

    channel: str
    provider: str | None = None


def wishes(
    options: Mapping[str, Any], servable: Sequence[str], available: Sequence[Available]
) -> tuple[tuple[Wish, ...], tuple[str, ...]]:
    """Read `routing` of a message, flattened in order, and the names in it that nobody here answers to.

    Without `routing`: every channel the content can serve. `single` and `all` differ only where several channels
    can be reached; in the order tried they agree, and today one channel is all there is.
    """
    routing = options.get("routing")
    if not isinstance(routing, Mapping) or not routing.get("channels"):
        return tuple(Wish(channel) for channel in servable), ()
    by_provider = {way.provider: way.channel for way in available}
    found: dict[Wish, None] = {}
    unknown: list[str] = []
    for name in _names(routing, DEPTH_MAX):
        if name in KNOWN_CHANNELS:
            found[Wish(name)] = None
        elif name in by_provider:
            found[Wish(by_provider[name], name)] = None
        else:
            unknown.append(name)
        if len(found) + len(unknown) >= WISHES_MAX:
            break
    return tuple(found), tuple(unknown)


def wished_providers(options: Mapping[str, Any], channel: str) -> tuple[str, ...]:
    """Read `channels.<channel>.providers`: the providers to use, in order; empty when any will do."""
    channels = options.get("channels")
    settings = channels.get(channel) if isinstance(channels, Mapping) else None
    named = settings.get("providers") if isinstance(settings, Mapping) else None
    if not isinstance(named, list | tuple):
        return ()
    return tuple(name for name in named[:WISHES_MAX] if isinstance(name, str))


def _names(routing: Mapping[str, Any], depth: int) -> Iterator[str]:
    channels = routing.get("channels")
    for item in channels[:WISHES_MAX] if isinstance(channels, list | tuple) else ():
        match item:
            case str():
                yield item
            case {"channel": str(name)}:  # the older form: one channel with settings of its own
                yield name
            case Mapping() if depth > 1:
                yield from _names(item, depth - 1)
            case _:
                continue
