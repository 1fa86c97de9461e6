"""How a message is said, beside its words: by which brand, in which language, and with which headers."""

import re
from typing import Any

import msgspec

from tidings.brands import Brand
from tidings.rendering.escape import Escape
from tidings.rendering.handlebars import compile  # noqa: A004 (the seam's word)
from tidings.rendering.program import Operations
from tidings.rendering.source import mailbox_source
from tidings.rendering.tracks import Tracks
from tidings.rendering.words_of_time import zone
from tidings.templates import EmailHeaders, MissingVariables
from tidings.translations import Catalogue


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """What the sender decided."""

    missing: MissingVariables = "empty"
    headers: EmailHeaders | None = None
    brand: Brand | None = None
    fallback: Brand | None = None
    """The default brand, whose snippets stand in for those that the brand lacks."""
    catalogue: Catalogue | None = None
    override: dict[str, Any] = {}
    """`channels.<channel>.override` of the send request."""
    unsubscribe_url: str = ""
    """Where one click unsubscribes; empty leaves the headers out."""
    tracks: Tracks | None = None
    """What is done to an email's links; None leaves them alone."""


class BrandSnippets:
    """The partials of a brand, compiled when they are first called."""

    def __init__(self, brand: Brand | None, fallback: Brand | None) -> None:
        brands = [one for one in (fallback, brand) if one is not None]
        self._sources = {snippet.name: snippet.value for one in brands for snippet in one.snippets}
        self._compiled: dict[tuple[str, Escape], Operations] = {}

    def operations(self, name: str, escape: Escape) -> Operations | None:
        """Compile one for a form of printing; None when there is none of that name."""
        if name not in self._sources:
            return None
        key = (name, escape)
        if key not in self._compiled:
            path = f"snippets.{re.sub(r'[^a-zA-Z0-9_-]', '', name)[:60]}"
            self._compiled[key] = compile(self._sources[name], escape=escape, path=path).operations
        return self._compiled[key]


def check_snippet(source: str) -> None:
    """See whether a snippet is a template. Raises `RenderError`."""
    compile(source, escape=Escape.HTML)


def check_line(source: str) -> None:
    """See whether a line of a header is a template. Raises `RenderError`."""
    mailbox_source(source, "email")


def locale_of_profile(profile: dict[str, Any]) -> str:
    """Find the language of a profile; English when it names none."""
    locale = profile.get("locale")
    return locale if isinstance(locale, str) and 0 < len(locale) <= 35 else "en"


def timezone_of_profile(profile: dict[str, Any]) -> str:
    """Find the time zone of a profile: `zoneinfo`, else `timezone` (courier-semantics.md §11)."""
    for key in ("zoneinfo", "timezone"):
        name = profile.get(key)
        if isinstance(name, str) and 0 < len(name) <= 64 and zone(name) is not None:
            return name
    return "UTC"
