"""How a message is to be said: its brand, its language, its conditions. Asks the rooms; no I/O."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.brands import Brand
from tidings.messages import Message
from tidings.rendering import Manner, NothingToSay, Variables, holds
from tidings.templates import TemplateSettings, TemplateVersion
from tidings.translations import Catalogue


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """What an environment has to say things with."""

    brand: Brand | None = None
    """The message's own, else the template's, else the default."""
    fallback: Brand | None = None
    catalogue: Catalogue | None = None


SILENT = Voice()


def brand_key(message: Message, version: TemplateVersion | None) -> tuple[int, str]:
    """Name the brand of a message; the empty id is the environment's default (courier-semantics.md §17)."""
    asked = message.options.get("brand_id")
    named = asked if isinstance(asked, str) and asked else version.brand_id if version is not None else None
    return (message.environment_id, named or "")


def variables_of(message: Message, profile: dict[str, Any], voice: Voice, builtins: dict[str, Any]) -> Variables:
    """Lay out what templates can name."""
    brand = voice.brand.variables() if voice.brand else {}
    return Variables(data=message.data, profile=profile, brand=brand, builtins=builtins)


def manner_of(message: Message, version: TemplateVersion | None, voice: Voice, channel: str) -> Manner:
    """Say how one channel of a message is rendered."""
    settings = version.settings if version is not None else TemplateSettings()
    override = _inner(_inner(message.options.get("channels"), channel), "override")
    return Manner(
        missing=settings.missing_variables,
        headers=settings.email,
        brand=voice.brand,
        fallback=voice.fallback,
        catalogue=voice.catalogue,
        override=dict(override),
    )


def unwanted(version: TemplateVersion | None, variables: Variables) -> str | None:
    """Say why the template's own condition keeps this message back; None when it does not."""
    source = version.settings.if_ if version is not None else None
    return None if source is None else holds(source, variables.root())


def check_open(message: Message, channel: str, provider: str, variables: Variables) -> None:
    """Raise `NothingToSay` where the send request's `if` closes a channel or a provider to this message."""
    for place, name in (("channels", channel), ("providers", provider)):
        source = _inner(message.options.get(place), name).get("if")
        if isinstance(source, str) and (why := holds(source, variables.root())) is not None:
            raise NothingToSay(f"message.{place}.{name}.if", why)


def _inner(value: Any, name: str) -> Mapping[str, Any]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}
