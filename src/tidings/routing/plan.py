"""From what is wished and what is there to a concrete plan, or to why there is none."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidings.channels import Available, Way
from tidings.messages import Message, Reason, Status
from tidings.routing.reach import KNOWN_CHANNELS, address_on
from tidings.routing.wish import Wish, wished_providers, wishes

_ALL_CHANNELS = tuple(sorted(KNOWN_CHANNELS))


class Route(msgspec.Struct, frozen=True):
    """The ways to try, in order, until one takes the message. Never empty."""

    ways: tuple[Way, ...]


class Unroutable(msgspec.Struct, frozen=True):
    """No way leads to the recipient, and what would open one."""

    status: Status
    reason: Reason
    detail: str


def plan(
    *, message: Message, channels: Sequence[str], profile: Mapping[str, Any], available: Sequence[Available]
) -> Route | Unroutable:
    """Plan the route of a message.

    `channels` are those its content can serve: channels, keys of providers, or `default` for all. `profile` is the
    stored one with `message.to` laid over it, and `available` the environment's providers in the order to try. A
    provider that was asked for and is not there is passed over (courier-semantics.md §7).
    """
    servable = _servable(channels, available)
    wanted, unknown = wishes(message.options, servable, available)
    wanted = tuple(wish for wish in wanted if wish.channel in servable)
    if not wanted:
        return _no_channels(_unserved(channels, unknown))
    addresses = {wish.channel: address_on(wish.channel, profile) for wish in wanted}
    if not any(address for address, _ in addresses.values()):
        return _no_channels("; ".join(why for _, why in addresses.values()))
    ways = tuple(
        dict.fromkeys(
            Way(wish.channel, way.provider, way.config_id, addresses[wish.channel][0])
            for wish in wanted
            if addresses[wish.channel][0]
            for way in _in_order(wish, message.options, available)
        )
    )
    return Route(ways) if ways else _no_providers(message, wanted, available)


def _servable(channels: Sequence[str], available: Sequence[Available]) -> tuple[str, ...]:
    named = [channel for channel in channels if channel in KNOWN_CHANNELS]
    by_provider = [way.channel for way in available if way.provider in channels]
    rest = _ALL_CHANNELS if "default" in channels else ()
    return tuple(dict.fromkeys([*named, *by_provider, *rest]))


def _in_order(wish: Wish, options: Mapping[str, Any], available: Sequence[Available]) -> list[Available]:
    ways = [way for way in available if way.channel == wish.channel and wish.provider in {None, way.provider}]
    if wish.provider is None and (named := wished_providers(options, wish.channel)):
        return [way for name in named for way in ways if way.provider == name]
    return ways


def _no_channels(detail: str) -> Unroutable:
    return Unroutable(Status.UNROUTABLE, Reason.NO_CHANNELS, f"No channel reaches the recipient: {detail}")


def _unserved(channels: Sequence[str], unknown: Sequence[str]) -> str:
    if not channels:
        return "the content has nothing for any channel"
    names = ", ".join(name[:40] for name in unknown[:5])
    asked = f"the message asks for {names}" if names else "the message asks for other channels"
    return f"{asked}, and its content can go by {', '.join(channels)}"


def _no_providers(message: Message, wanted: Sequence[Wish], available: Sequence[Available]) -> Unroutable:
    asked = [name for wish in wanted for name in wished_providers(message.options, wish.channel)]
    there = ", ".join(sorted({way.provider for way in available})) or "none"
    detail = "No providers added"
    if asked:
        detail = f"No provider that the message asks for ({', '.join(asked[:5])}) is configured; configured: {there}"
    return Unroutable(Status.UNROUTABLE, Reason.NO_PROVIDERS, detail)
