"""A routing strategy, and how what is said of ways lies over what is said below it (courier-semantics.md §7)."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

Options = Mapping[str, Any]
"""`routing`, `channels` and `providers`, among what else a request to send may say."""


class RoutingStrategy(msgspec.Struct, frozen=True, kw_only=True):
    """A wish that has a name. Times are milliseconds since 1970."""

    environment_id: int
    id: str
    """`rs_` and 26 characters."""
    name: str
    description: str | None = None
    tags: tuple[str, ...] = ()
    routing: dict[str, Any]
    """`{"method", "channels"}`, as a request to send has it."""
    channels: dict[str, dict[str, Any]] = {}
    providers: dict[str, dict[str, Any]] = {}
    created: int
    creator: str = ""
    updated: int
    updater: str = ""

    @property
    def options(self) -> dict[str, Any]:
        """What it says of ways, as a request to send would."""
        return {"routing": self.routing, "channels": self.channels, "providers": self.providers}

    @property
    def on_record(self) -> dict[str, Any]:
        """Name it, and its last writing: it may say something else by the time that somebody asks."""
        return {"id": self.id, "name": self.name, "updated": self.updated}

    def names(self, provider: str) -> bool:
        """Tell whether it asks for a provider, by its key in the catalog."""
        wished = (name for settings in self.channels.values() for name in settings.get("providers") or ())
        return provider in {*self.providers, *wished, *_named(self.routing)}


def laid(below: Options, above: Options) -> dict[str, Any]:
    """Lay what a request, or whoever is nearer to it, says of ways over what a template or a strategy says.

    `routing` holds whole where it names channels; of a channel or a provider, each setting by itself. Whoever names
    channels says when they are open, too: conditions of channels below are not carried over.
    """
    routes = _routes(above)
    merged = {**below, **above}
    if not routes and _routes(below):
        merged["routing"] = below["routing"]
    for kind in ("channels", "providers"):
        lower, upper = _settings(below, kind), _settings(above, kind)
        if routes and kind == "channels":
            lower = {name: _without_condition(settings) for name, settings in lower.items()}
        if lower or upper:
            merged[kind] = {**lower, **{name: {**lower.get(name, {}), **own} for name, own in upper.items()}}
    return merged


def _routes(options: Options) -> bool:
    routing = options.get("routing")
    return isinstance(routing, Mapping) and bool(routing.get("channels"))


def _settings(options: Options, kind: str) -> dict[str, dict[str, Any]]:
    found = options.get(kind)
    return {name: own for name, own in found.items() if isinstance(own, dict)} if isinstance(found, Mapping) else {}


def _without_condition(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name != "if"}


def _named(routing: Mapping[str, Any]) -> Iterator[str]:
    """List the names in a wish, however deep; it was held to a depth when it was written."""
    for item in routing.get("channels") or ():
        if isinstance(item, str):
            yield item
        else:
            yield from (str(item[word]) for word in ("channel",) if item.get(word))
            yield from _named(item)
