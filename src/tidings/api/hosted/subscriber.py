"""Who holds a link that was sent to them, and what they may choose."""

from collections.abc import Mapping, Sequence

import msgspec

from tidings.api.injected import Injected
from tidings.api.user_preferences import inherited_layers
from tidings.errors import Conflict, InvalidInput
from tidings.messages import Message, tenant_of
from tidings.preferences import Preference, Section, Standing, Topic, inherited_for, resolve
from tidings.suppressions import Suppression, address_of

_KINDS = {"email": ("email", "email"), "sms": ("phone", "phone_number")}


class Subscriber(msgspec.Struct, frozen=True, kw_only=True):
    """The recipient of one message."""

    environment_id: int
    user_id: str
    """Empty for an address alone: nothing can be chosen for it, only everything be stopped."""
    tenant_id: str
    """In whose name the message came: choices hold there. Empty for everywhere."""
    addresses: Mapping[str, str]
    """By channel, as the suppression list names them."""
    locale: str = ""
    """The profile's language; empty when it names none."""

    def address(self, channel: str) -> str:
        """Name what is closed when they want nothing more by a channel."""
        if channel in self.addresses:
            return self.addresses[channel]
        return f"user:{self.user_id}" if self.user_id else next(iter(self.addresses.values()), "")


class Choosable(msgspec.Struct, frozen=True):
    """A topic, what holds, and the channels to choose among; none when that is not offered."""

    topic: Topic
    standing: Standing
    channels: tuple[str, ...]

    @property
    def is_required(self) -> bool:
        """Whether nobody can do without it."""
        return self.standing.status == "REQUIRED"

    @property
    def is_on(self) -> bool:
        """Whether it is wanted."""
        return self.standing.status != "OPTED_OUT"

    @property
    def wanted(self) -> frozenset[str]:
        """The channels it is wanted by."""
        return frozenset(self.channels) if self.standing.channels is None else self.standing.channels


class Picked(msgspec.Struct, frozen=True, kw_only=True):
    """What came back of a form, by topic."""

    shown: frozenset[str]
    on: frozenset[str]
    via: Mapping[str, frozenset[str]]
    """The channels that were picked."""


async def subscriber_of(services: Injected, message: Message) -> Subscriber:
    """Find the recipient of a message: their id, and the addresses that it could go to."""
    key = (message.environment_id, message.user_key)
    known = (await services.profiles.get([key])).get(key) if message.user_key else None
    profile = {**(known.data if known else {}), **message.to}
    addresses = {}
    for channel, (kind, field) in _KINDS.items():
        if isinstance(value := profile.get(field), str) and value.strip():
            addresses[channel] = address_of(kind, value)
    return Subscriber(
        environment_id=message.environment_id,
        user_id=message.user_key[2:],
        tenant_id=tenant_of(message),
        addresses=addresses,
        locale=locale if isinstance(locale := profile.get("locale"), str) else "",
    )


async def leave(services: Injected, who: Subscriber, *, topic_id: str, channel: str) -> None:
    """Unsubscribe a user from a topic; without a user or a topic, the address from everything.

    Raises `Conflict` for a topic that nobody can leave.
    """
    now = services.clock.now_ms()
    if topic_id and who.user_id:
        key = (who.environment_id, topic_id)
        topic = (await services.preferences.topics([key])).get(key)
        layers = await inherited_layers(services, who.environment_id, who.tenant_id)
        if resolve(topic, inherited=inherited_for(topic_id, layers), now=now).status == "REQUIRED":
            raise Conflict("nobody can unsubscribe from this: it is required")
        out = Preference(topic_id=topic_id, status="OPTED_OUT", tenant_id=who.tenant_id, updated=now)
        await services.preferences.choose(who.environment_id, who.user_id, put=[out], drop=[])
    elif address := who.address(channel):
        detail = "by the link in a message"
        stop = Suppression(
            environment_id=who.environment_id, address=address, kind="unsubscribe", detail=detail, created=now
        )
        await services.suppressions.add([stop])


async def stopped(services: Injected, who: Subscriber) -> list[str]:
    """List those of their addresses that get nothing more because they said so."""
    addresses = {*who.addresses.values(), *([f"user:{who.user_id}"] if who.user_id else [])}
    found = await services.suppressions.among([(who.environment_id, address) for address in sorted(addresses)])
    return [each.address for each in found.values() if each.kind == "unsubscribe"]


async def choosable(services: Injected, who: Subscriber) -> list[tuple[Section, list[Choosable]]]:
    """Lay out what they may choose, by section; sections without topics stay away."""
    if not who.user_id:
        return []
    key = (who.environment_id, who.user_id)
    return await laid_out(services, who, (await services.preferences.chosen([key])).get(key, ()))


async def laid_out(
    services: Injected, who: Subscriber, chosen: Sequence[Preference]
) -> list[tuple[Section, list[Choosable]]]:
    """Lay out every topic as it stands for somebody who chose this."""
    topics = await services.preferences.all_topics(who.environment_id)
    layers = await inherited_layers(services, who.environment_id, who.tenant_id)
    now = services.clock.now_ms()
    laid = []
    for section in await services.preferences.sections(who.environment_id):
        own = []
        for topic in topics:
            if topic.section_id == section.id:
                mine = [one for one in chosen if one.topic_id == topic.id and one.tenant_id in {"", who.tenant_id}]
                channels = (topic.routing_options or section.routing_options) if section.has_custom_routing else ()
                standing = resolve(topic, inherited=inherited_for(topic.id, layers), stored=mine, now=now)
                own.append(Choosable(topic, standing, channels))
        if own:
            laid.append((section, own))
    return laid


async def choose(services: Injected, who: Subscriber, picked: Picked) -> int:
    """Keep what they chose among the topics that they were shown; return how many choices are new.

    A topic without any of its channels is off. What stays as it was is not kept as a choice: its default may change.
    Raises `InvalidInput` for an address without a user.
    """
    if not who.user_id:
        raise InvalidInput("there is nothing to choose for an address without a user")
    offered = [each for _, topics in await choosable(services, who) for each in topics]
    now = services.clock.now_ms()
    put = [
        chosen
        for each in offered
        if each.topic.id in picked.shown and (chosen := _chosen(each, picked, who, now)) is not None
    ]
    if put:
        await services.preferences.choose(who.environment_id, who.user_id, put=put, drop=[])
    return len(put)


def _chosen(each: Choosable, picked: Picked, who: Subscriber, now: int) -> Preference | None:
    """Say what is chosen of a topic; None when all stays as it was."""
    every = frozenset(each.channels)
    ways = picked.via.get(each.topic.id, frozenset()) & every
    is_on = each.is_required or (each.topic.id in picked.on and bool(ways or not every))
    if not ways:
        ways = every
    if is_on == each.is_on and (not is_on or ways == each.wanted):
        return None
    return Preference(
        topic_id=each.topic.id,
        status="OPTED_IN" if is_on else "OPTED_OUT",
        channels=tuple(name for name in each.channels if name in ways) if is_on and ways != every else None,
        tenant_id=who.tenant_id,
        updated=now,
    )
