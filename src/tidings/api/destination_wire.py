"""Destinations on the wire."""

import asyncio
import ipaddress
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tidings import ids
from tidings.api.setting_fields import SettingField
from tidings.destinations import BUILT_IN, Destination, Standing, catalog_entry, decode_settings, masked
from tidings.destinations.courier_source import HERE
from tidings.destinations.reach import Blocked, check_url, is_outside
from tidings.errors import InvalidInput
from tidings.filters import Filter, check
from tidings.filters.filter import FILTERS_MAX, TITLE_LENGTH_MAX, Action

Json = dict[str, Any]

_Name = Annotated[str, Meta(min_length=1, max_length=255)]
_RESOLVE_S = 3.0


class DestinationEntry(msgspec.Struct):
    """A kind of destination that can be added."""

    kind: str
    name: str
    integration: str
    """Its name in a call's `integrations` object, case-sensitive."""
    description: str
    partner_owned: str
    """Who runs it and answers questions about it; empty for what is our own."""
    reads: Literal["calls", "messages"]
    types: list[str]
    """The types of call that it takes."""
    settings: dict[str, SettingField]


class FilterBody(msgspec.Struct):
    """A destination filter. Without an id it is a new one."""

    title: Annotated[str, Meta(min_length=1, max_length=TITLE_LENGTH_MAX)]
    condition: str = msgspec.field(name="if")
    actions: Annotated[list[Action], Meta(min_length=1, max_length=5)]
    id: str = ""
    description: Annotated[str, Meta(max_length=1024)] = ""
    enabled: bool = True
    source_id: int | None = None


_Filters = Annotated[list[FilterBody], Meta(max_length=FILTERS_MAX)]
_Sources = Annotated[list[int], Meta(max_length=1000)]


class DestinationBody(msgspec.Struct):
    """A destination to make; the catalogue names its settings."""

    kind: _Name
    name: _Name
    enabled: bool = True
    sources: _Sources | None = None
    """The sources that feed it; null is every source, those to come too."""
    settings: Json = {}
    filters: _Filters = []


class DestinationPatch(msgspec.Struct):
    """What is to change. Settings are merged (RFC 7396); filters and sources are replaced."""

    name: _Name | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    sources: _Sources | UnsetType | None = UNSET
    settings: Json | UnsetType = UNSET
    filters: _Filters | UnsetType = UNSET


class DestinationAnswer(msgspec.Struct):
    """A destination; secrets are masked."""

    id: str
    kind: str
    name: str
    enabled: bool
    sources: list[int] | None
    settings: Json
    filters: list[Filter]
    integration: str
    """Its name in a call's `integrations` object, case-sensitive."""
    built_in: bool
    partner_owned: str
    created: int
    updated: int
    standing: Standing | UnsetType = UNSET
    """Where destinations are read: whether an outside one answers, and what it has not had yet."""


def destination_answer(destination: Destination, standing: Standing | None = None) -> DestinationAnswer:
    """Show a destination."""
    entry = catalog_entry(destination.kind)
    return DestinationAnswer(
        id=destination.id,
        kind=destination.kind,
        name=destination.name,
        enabled=destination.enabled,
        sources=None if destination.sources is None else list(destination.sources),
        settings=masked(destination.kind, destination.settings),
        filters=list(destination.filters),
        integration=entry["integration"],
        built_in=destination.id == BUILT_IN,
        partner_owned=entry["partner_owned"],
        created=destination.created,
        updated=destination.updated,
        standing=standing or UNSET,
    )


def filters_of(bodies: Sequence[FilterBody], before: Sequence[Filter], *, now: int) -> tuple[Filter, ...]:
    """Read filters. Raises `InvalidInput` with the path of what is wrong with one."""
    known = {each.id: each for each in before}
    made = []
    for number, body in enumerate(bodies):
        old = known.get(body.id)
        fields = {name: getattr(body, name) for name in ("title", "condition", "description", "enabled", "source_id")}
        new = Filter(
            id=old.id if old else ids.prefixed_id("flt", now),
            actions=tuple(body.actions),
            created=old.created if old else now,
            updated=now,
            **fields,
        )
        check(new, f"filters[{number}].")
        made.append(new)
    return tuple(made)


async def check_settings(destination: Destination, *, allow_private: bool) -> None:
    """See that the settings are whole and lead outside. Raises `InvalidInput` naming the setting."""
    decode_settings(destination.kind, destination.settings)
    if allow_private:
        return
    for name in ("url", "base_url"):
        url = destination.settings.get(name)
        if isinstance(url, str) and url and url != HERE:
            try:
                check_url(url)
                await _check_name(url)
            except Blocked:
                raise InvalidInput(
                    "leads into a private network; the setting allow_private_destinations would permit it",
                    path=f"settings.{name}",
                ) from None
            except ValueError as error:
                raise InvalidInput(str(error), path=f"settings.{name}") from None


async def _check_name(url: str) -> None:
    """Look where a name leads now. What it leads to later is checked whenever it is called."""
    host = urlsplit(url).hostname or ""
    try:
        async with asyncio.timeout(_RESOLVE_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except (OSError, TimeoutError, UnicodeError):
        return  # a name that leads nowhere yet is no danger; deliveries will say so
    if not all(is_outside(ipaddress.ip_address(str(each[4][0]).partition("%")[0])) for each in found):
        raise Blocked("the name leads to a private address")
