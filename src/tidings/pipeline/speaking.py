"""How a message is to be said: its brand, its language, its conditions. Asks the rooms; no I/O."""

import contextlib
from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.brands import Brand, brand_brought, brands_brought
from tidings.elemental.condition import Group
from tidings.errors import InvalidInput
from tidings.messages import Message
from tidings.rendering import Manner, NothingToSay, Tracks, Variables, holds
from tidings.templates import TemplateSettings, TemplateVersion
from tidings.tenants import NOBODY, Lineage
from tidings.translations import Catalogue


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """What an environment, or one of its tenants, has to say things with."""

    brand: Brand | None = None
    """The message's own, else the template's, else the tenant's, else the default."""
    by_channel: Mapping[str, Brand] = msgspec.field(default_factory=dict)
    """Those that the request names, or brings, for one channel."""
    lineage: Lineage = NOBODY
    fallback: Brand | None = None
    catalogue: Catalogue | None = None

    def on(self, channel: str) -> Brand | None:
        """Tell which brand one channel has."""
        return self.by_channel.get(channel, self.brand)


SILENT = Voice()


def brand_key(message: Message, version: TemplateVersion | None, lineage: Lineage = NOBODY) -> tuple[int, str]:
    """Name the brand of a message; the empty id is the environment's default (courier-semantics.md §17)."""
    asked = message.options.get("brand_id")
    own = version.brand_id if version is not None else None
    named = asked if isinstance(asked, str) and asked else own or lineage.brand_id
    return (message.environment_id, named or "")


def channel_brand_keys(message: Message) -> dict[str, tuple[int, str]]:
    """Name the brands that the request gives single channels."""
    channels = message.options.get("channels")
    named = {name: _inner(channels, name).get("brand_id") for name in channels} if isinstance(channels, dict) else {}
    return {name: (message.environment_id, asked) for name, asked in named.items() if isinstance(asked, str) and asked}


def channel_brands(message: Message) -> dict[str, Brand]:
    """Read the brands that the request brings for single channels; what is none was refused when it was accepted."""
    found = {}
    for channel, raw in brands_brought(message.options):
        with contextlib.suppress(InvalidInput):
            found[channel] = brand_brought(raw, environment_id=message.environment_id)
    return found


def variables_of(
    message: Message, profile: dict[str, Any], voice: Voice, builtins: dict[str, Any], *, now: int
) -> Variables:
    """Lay out what templates can name."""
    brand = voice.brand.variables() if voice.brand else {}
    tenant = voice.lineage.variables()
    return Variables(data=message.data, profile=profile, tenant=tenant, brand=brand, builtins=builtins, now=now)


def branded(variables: Variables, voice: Voice, channel: str, names: Mapping[str, Any]) -> Variables:
    """Let `brand.…` mean the brand of this channel, and add names that are this way's alone."""
    own = voice.by_channel.get(channel)
    return msgspec.structs.replace(
        variables,
        brand=variables.brand if own is None else own.variables(),
        builtins={**variables.builtins, **names},
    )


def manner_of(
    message: Message,
    version: TemplateVersion | None,
    voice: Voice,
    channel: str,
    *,
    tracks: Tracks | None,
    unsubscribe_url: str,
) -> Manner:
    """Say how one channel of a message is rendered."""
    settings = version.settings if version is not None else TemplateSettings()
    override = _inner(_inner(message.options.get("channels"), channel), "override")
    return Manner(
        missing=settings.missing_variables,
        headers=settings.email,
        brand=voice.on(channel),
        fallback=voice.fallback,
        catalogue=voice.catalogue,
        override=dict(override),
        tracks=tracks,
        unsubscribe_url=unsubscribe_url,
    )


def unwanted(version: TemplateVersion | None, variables: Variables) -> str | None:
    """Say why the template's own condition keeps this message back; None when it does not."""
    source = version.settings.if_ if version is not None else None
    return None if source is None else holds(source, variables.root())


def check_open(message: Message, channel: str, provider: str, variables: Variables) -> None:
    """Raise `NothingToSay` where the send request's `if` closes a channel or a provider to this message."""
    for place, name in (("channels", channel), ("providers", provider)):
        source = _inner(message.options.get(place), name).get("if")
        if isinstance(source, str | list) and (why := _closed(source, variables)) is not None:
            raise NothingToSay(f"message.{place}.{name}.if", why)


def _closed(source: str | list[Any], variables: Variables) -> str | None:
    """Say why a condition keeps a way closed, be it an expression or the designer's rows; None when it does not."""
    try:
        said = source if isinstance(source, str) else msgspec.convert(source, tuple[Group, ...])
    except msgspec.ValidationError as error:
        return f"the condition cannot be read: {error}"
    return holds(said, variables.root())


def _inner(value: Any, name: str) -> Mapping[str, Any]:
    if value is None:  # most say nothing, and the check of an abstract type takes longer than all else here
        return {}
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}
