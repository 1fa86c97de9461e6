"""What one message is rendered in: its variables, and everything that is not a variable."""

from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from tidings.elemental.condition import Group

Missing: TypeAlias = Literal["empty", "visible", "refuse"]
"""What a variable without a value prints: nothing, its path in braces, or no message at all."""
NOTES_MAX = 50
"""Hidden elements, missing variables and unusable addresses that are remembered of one message."""


class Snippets(Protocol):
    """A brand's partials."""

    def operations(self, name: str, escape: Any) -> Any:
        """Compile one for a form of printing; None when there is none of that name."""
        ...


Translate: TypeAlias = Callable[[str], str | None]
"""From a message of the catalogue to its words in the recipient's language."""


class Hidden(msgspec.Struct, frozen=True):
    """An element that was not shown, and the turn of the loop it stood in."""

    path: str
    source: str | tuple[Group, ...]
    turn: dict[str, Any] | None


class Stage(msgspec.Struct, kw_only=True):
    """One message being rendered. `missed`, `hidden` and `unusable` (addresses) are filled meanwhile."""

    root: dict[str, Any]
    missing: Missing = "empty"
    locale: str = "en"
    timezone: str = "UTC"
    snippets: Snippets | None = None
    translate: Translate | None = None
    tracks: bool = False
    """Whether links that are not to be tracked are marked."""
    leads: Callable[[str], str] | None = None
    """From where a link of a text leads to what stands there instead; None leaves links alone."""
    title: str = ""
    """An email's subject, once it is rendered."""
    missed: dict[str, None] = msgspec.field(default_factory=dict)
    hidden: dict[str, Hidden] = msgspec.field(default_factory=dict)
    unusable: dict[str, None] = msgspec.field(default_factory=dict)
