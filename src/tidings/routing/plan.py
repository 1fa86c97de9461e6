"""From what is wished and what is there to a concrete plan, or to why there is none."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tidings.channels import Available, Way
from tidings.messages import Message, Reason, Status
from tidings.routing.reach import KNOWN_CHANNELS, addresses_on
from tidings.routing.wish import Method, Wish, Wishes, provider_method, wished_providers, wishes

WAYS_MAX = 200
"""Ways of one message; each of them may be an attempt."""

ORDER = ("email", "sms", "push", "inbox", "direct_message", "webhook")
"""In which channels are tried when nobody says: those that content for all channels goes by are the ones that somebody
serves, and email."""


class Branch(msgspec.Struct, frozen=True):
    """Ways of which one has to take the message, in order; or all of them."""

    method: Method
    of: "tuple[Branch | Way, ...]"
    channel: str = ""
    """The channel whose providers these are; empty for a choice between channels, or between addresses."""

    def each(self) -> Iterator[Way]:
        """List all ways, however deep, in order."""
        for part in self.of:
            if isinstance(part, Way):
                yield part
            else:
                yield from part.each()


class Route(msgspec.Struct, frozen=True):
    """The plan. Never without a way."""

    tree: Branch

    @property
    def ways(self) -> tuple[Way, ...]:
        """All ways in it, in order."""
        return tuple(dict.fromkeys(self.tree.each()))

    @property
    def only(self) -> Way | None:
        """The way of a route that has no other: most have one, and little is to be judged of it."""
        ways = self.tree.each()
        first = next(ways, None)
        return first if next(ways, None) is None else None


class Unroutable(msgspec.Struct, frozen=True):
    """No way leads to the recipient, and what would open one."""

    status: Status
    reason: Reason
    detail: str


def plan(
    *,
    message: Message,
    channels: Sequence[str],
    profile: Mapping[str, Any],
    available: Sequence[Available],
    lost_strategy: str = "",
) -> Route | Unroutable:
    """Plan the route of a message.

    `channels` are those its content can serve: channels, keys of providers, or `default` for all. `profile` is the
    stored one with `message.to` laid over it, and `available` the environment's providers in the order to try. A
    provider that was asked for and is not there is passed over (courier-semantics.md §7). `lost_strategy` is a routing
    strategy that is named and not there: nobody knows which ways were meant.
    """
    if lost_strategy:
        return _no_channels(f"its routing strategy {lost_strategy[:80]!r} is not there any more")
    servable = _servable(channels, available)
    wanted, unknown = wishes(message.options, servable, available)
    sayable = KNOWN_CHANNELS if "default" in channels else frozenset(servable)
    asked = [wish for wish in wanted.each() if wish.channel in sayable]
    if not asked:
        others = [wish.provider or wish.channel for wish in wanted.each()]
        return _no_channels(_unserved(servable, [*others, *unknown]))
    planning = _Planning(message.options, sayable, profile, available)
    tree = planning.branch(wanted)
    if tree.of:
        return Route(tree)
    if planning.unreachable:
        return _no_channels("; ".join(dict.fromkeys(planning.unreachable)))
    return _no_providers(message, asked, available)


class _Planning:
    """Plans one message; notes why addresses are missing."""

    def __init__(
        self,
        options: Mapping[str, Any],
        servable: frozenset[str],
        profile: Mapping[str, Any],
        available: Sequence[Available],
    ) -> None:
        self._options = options
        self._servable = servable
        self._profile = profile
        self._available = available
        self._stand_ins = {(one.provider, one.channel) for one in available if one.stands_in}
        self._room = WAYS_MAX
        self.unreachable: list[str] = []

    def branch(self, wanted: Wishes) -> Branch:
        parts: list[Branch | Way] = []
        for wish in wanted.of:
            part = self._channel(wish) if isinstance(wish, Wish) else self.branch(wish)
            if part.of:
                parts.append(part)
        if wanted.method == "single":
            parts.sort(key=self._stands_in)
        return Branch(wanted.method, tuple(parts))

    def _stands_in(self, part: Branch | Way) -> bool:
        """Tell whether only stand-ins take it: they come after all who can deliver."""
        ways = [part] if isinstance(part, Way) else part.each()
        return all((way.provider, way.channel) in self._stand_ins for way in ways)

    def _channel(self, wish: Wish) -> Branch:
        """Plan one channel: its providers in order, each to all of the recipient's addresses there."""
        if wish.channel not in self._servable:
            return Branch("single", ())
        providers = _in_order(wish, self._options, self._available)
        if not providers:
            self._note_nobody(wish)
        parts = [part for provider in providers if (part := self._provider(provider)).of]
        return Branch(provider_method(self._options, wish.channel), tuple(parts), wish.channel)

    def _provider(self, provider: Available) -> Branch:
        addresses, why = addresses_on(provider.channel, provider.provider, self._profile)
        if not addresses:
            self.unreachable.append(why)
        addresses = addresses[: self._room]
        self._room -= len(addresses)
        ways = (Way(provider.channel, provider.provider, provider.config_id, address) for address in addresses)
        return Branch("all", tuple(ways))

    def _note_nobody(self, wish: Wish) -> None:
        """Say that an address is missing, too, where it is: that is what somebody can mend first."""
        addresses, why = addresses_on(wish.channel, wish.provider or "", self._profile)
        if not addresses:
            self.unreachable.append(why)


def _servable(channels: Sequence[str], available: Sequence[Available]) -> tuple[str, ...]:
    named = [channel for channel in channels if channel in KNOWN_CHANNELS]
    by_provider = [way.channel for way in available if way.provider in channels]
    served = {way.channel for way in available if not way.stands_in} | {"email"}
    rest = [channel for channel in ORDER if channel in served] if "default" in channels else []
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
