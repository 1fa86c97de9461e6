"""What a message asks for: which channels, one of them or all, by which providers (courier-semantics.md §7)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from tidings.channels import Available
from tidings.routing.reach import KNOWN_CHANNELS

DEPTH_MAX = 10
"""`routing` may nest; nobody nests deeper."""
WISHES_MAX = 100
"""Channels and providers one message may name."""

_OVERRIDES: Mapping[str, type | tuple[type, ...]] = {
    "body": Mapping,
    "headers": Mapping,
    "config": Mapping,
    "url": str,
    "method": str,
    "attachments": (list, tuple),
}
"""What `override` of a provider may hold."""

Method = Literal["single", "all"]


class Wish(msgspec.Struct, frozen=True):
    """One channel to try, by any of its providers or by one."""

    channel: str
    provider: str | None = None


class Wishes(msgspec.Struct, frozen=True):
    """Several wishes: one of them in order, or all of them."""

    method: Method
    of: "tuple[Wish | Wishes, ...]"

    def each(self) -> Iterator[Wish]:
        """List all wishes, however deep, in order."""
        for wish in self.of:
            if isinstance(wish, Wish):
                yield wish
            else:
                yield from wish.each()


def wishes(
    options: Mapping[str, Any], servable: Sequence[str], available: Sequence[Available]
) -> tuple[Wishes, tuple[str, ...]]:
    """Read `routing` of a message, and the names in it that nobody here answers to.

    Without `routing`: the first channel that reaches the recipient, of those that the content can serve.
    """
    routing = options.get("routing")
    if not isinstance(routing, Mapping) or not routing.get("channels"):
        return Wishes("single", tuple(Wish(channel) for channel in servable)), ()
    reading = _Reading({way.provider: way.channel for way in available})
    return reading.read(routing, DEPTH_MAX), tuple(reading.unknown)


class _Reading:
    """Reads one message's `routing`, within bounds. Each wish counts once, where it first stands."""

    def __init__(self, by_provider: Mapping[str, str]) -> None:
        self._by_provider = by_provider
        self._seen: set[Wish] = set()
        self.unknown: list[str] = []

    def read(self, routing: Mapping[str, Any], depth: int) -> Wishes:
        method: Method = "all" if routing.get("method") == "all" else "single"
        channels = routing.get("channels")
        found: list[Wish | Wishes] = []
        for item in channels[:WISHES_MAX] if isinstance(channels, list | tuple) else ():
            match item:
                case str() | {"channel": str()}:  # the latter is the older form: one channel with settings of its own
                    wish = self._named(item if isinstance(item, str) else str(item["channel"]))
                    found += [wish] if wish else []
                case Mapping() if depth > 1:
                    inner = self.read(item, depth - 1)
                    found += [inner] if inner.of else []
                case _:
                    continue
        return Wishes(method, tuple(found))

    def _named(self, name: str) -> Wish | None:
        if len(self._seen) + len(self.unknown) >= WISHES_MAX:
            return None
        if name in KNOWN_CHANNELS:
            wish = Wish(name)
        elif name in self._by_provider:
            wish = Wish(self._by_provider[name], name)
        else:
            self.unknown.append(name)
            return None
        if wish in self._seen:
            return None
        self._seen.add(wish)
        return wish


def wished_providers(options: Mapping[str, Any], channel: str) -> tuple[str, ...]:
    """Read `channels.<channel>.providers`: the providers to use, in order; empty when any will do."""
    named = channel_settings(options, channel).get("providers")
    if not isinstance(named, list | tuple):
        return ()
    return tuple(name for name in named[:WISHES_MAX] if isinstance(name, str))


def provider_method(options: Mapping[str, Any], channel: str) -> Method:
    """Read `channels.<channel>.routing_method`: one provider that takes it, or all of them."""
    return "all" if channel_settings(options, channel).get("routing_method") == "all" else "single"


def channel_settings(options: Mapping[str, Any], channel: str) -> Mapping[str, Any]:
    """Read `channels.<channel>`."""
    return _inner(options.get("channels"), channel)


def provider_override(options: Mapping[str, Any], provider: str) -> dict[str, Any]:
    """Read `providers.<provider>.override`: what is changed in the provider's request, and in the account's settings.

    Expo's fields may stand directly in it, as Courier has it.
    """
    override = _inner(_inner(options.get("providers"), provider), "override")
    if provider == "expo" and not {"body", "headers", "config"} & override.keys():
        override = {"body": override} if override else {}
    return {name: override[name] for name, kind in _OVERRIDES.items() if isinstance(override.get(name), kind)}


def _inner(value: Any, name: str) -> Mapping[str, Any]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}
