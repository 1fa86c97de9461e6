"""A destination: one instance of a kind, with its own settings, switch and filters."""

from typing import Any, Final

import msgspec

from tidings.filters import Filter

BUILT_IN: Final = "courier"
"""Id and kind of the destination that every environment has: our own engine."""
COURIER_SOURCE: Final = "courier_source"
"""The kind that is told of messages, as calls, and of no source's calls."""
OUTBOUND_WEBHOOK: Final = "outbound_webhook"
"""The kind that is told of messages and templates, as Courier's webhooks are."""
READERS: Final = (COURIER_SOURCE, OUTBOUND_WEBHOOK)
"""The kinds that follow no stream: what becomes of messages is put into a queue for each of them."""


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where calls go. Times are milliseconds since 1970, UTC."""

    environment_id: int
    id: str
    kind: str
    name: str
    """For people; unlike any other of the environment."""
    enabled: bool = True
    sources: tuple[int, ...] | None = None
    """The sources whose calls it gets; None: of every source, those to come too."""
    settings: dict[str, Any] = msgspec.field(default_factory=dict)
    """As a person filled them in, secrets too."""
    filters: tuple[Filter, ...] = ()
    created: int = 0
    updated: int = 0

    def takes(self, source_id: int) -> bool:
        """Tell whether calls of this source come here."""
        return self.sources is None or source_id in self.sources

    def __repr__(self) -> str:
        """Show no settings: a repr ends up in logs."""
        return f"Destination({self.id!r}, kind={self.kind!r})"


def built_in(environment_id: int) -> Destination:
    """Make the built-in destination as it is until somebody changes it."""
    return Destination(environment_id=environment_id, id=BUILT_IN, kind=BUILT_IN, name="Courier")
