"""Renders messages, keeping what it compiled."""

from collections import OrderedDict
from collections.abc import Hashable
from hashlib import blake2b
from typing import Any, TypeAlias

import msgspec

from tidings.channels import ChannelContent
from tidings.elemental import Document, fitting, locales_of, localised, parse
from tidings.errors import InvalidInput
from tidings.rendering.email import CompiledEmail
from tidings.rendering.explanation import holds
from tidings.rendering.forms import form_of
from tidings.rendering.occasion import Occasion
from tidings.rendering.render_error import NothingToSay, RenderError
from tidings.rendering.spoken import Spoken
from tidings.rendering.stage import Missing, Stage
from tidings.rendering.variables import Variables

_BYTES_MAX = 32 * 1024 * 1024
"""Content kept compiled, by its size as JSON; its programs take a few times that."""
_LOCALE_MAX = 35  # characters of the longest language tag worth reading (RFC 5646 §4.4.1)
_PROGRAMS_MAX = 32
"""Programs of one content: by channel, provider and language."""

_Program: TypeAlias = CompiledEmail | Spoken


class Unshown(msgspec.Struct, frozen=True):
    """An element whose condition did not hold, and why."""

    path: str
    detail: str


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """A message's content on one channel, and what an author wants to know of it."""

    content: ChannelContent
    missing: tuple[str, ...] = ()
    """Variables that had no value."""
    hidden: tuple[Unshown, ...] = ()


class Renderer:
    """Compiles each content once per channel, provider and language; then a message costs one run.

    Keeps the programs of the last `cache_max` contents. For one thread.
    """

    def __init__(self, cache_max: int = 512) -> None:
        if cache_max < 1:
            raise ValueError(f"cache_max must be positive, got {cache_max}")
        self._cache_max = cache_max
        self._kept: OrderedDict[Hashable, _Content] = OrderedDict()
        self._bytes = 0

    def render(
        self,
        channel: str,
        document_source: dict[str, Any],
        *,
        cache_key: Hashable | None,
        variables: Variables,
        recipient: str,
        provider: str = "",
        sender: str = "",
        missing: Missing = "empty",
    ) -> Rendered:
        """Render content, as it was saved or as `/send` brought it, for one channel and the provider that sends it.

        `cache_key` names the content for good, as (template id, version) does; None lets the content name itself.
        Raises `RenderError`; `NothingToSay` when the content has nothing for this channel.
        """
        content = self._content(document_source, cache_key)
        locale = variables.profile.get("locale")
        program = content.program(channel, provider, locale)
        stage = Stage(root=variables.root(), missing=missing)
        occasion = Occasion(recipient=recipient, sender=sender, data=variables.data)
        return Rendered(
            content=program.render(stage, occasion),
            missing=tuple(stage.missed),
            hidden=_explained(stage) if stage.hidden else (),
        )

    def _content(self, source: dict[str, Any], cache_key: Hashable | None) -> "_Content":
        key = _fingerprint(source) if cache_key is None else cache_key
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        kept = self._kept[key] = _Content(_parsed(source), len(msgspec.json.encode(source)))
        self._bytes += kept.size
        while len(self._kept) > self._cache_max or (self._bytes > _BYTES_MAX and len(self._kept) > 1):
            self._bytes -= self._kept.popitem(last=False)[1].size
        return kept


class _Content:
    """One content and the programs made of it so far."""

    def __init__(self, document: Document, size: int) -> None:
        self.size = size
        self._document = document
        self._locales = locales_of(document)
        self._programs: OrderedDict[tuple[str, str, tuple[str, ...]], _Program] = OrderedDict()

    def program(self, channel: str, provider: str, locale: Any) -> _Program:
        locales = self._speaking(locale)
        key = (channel, provider, locales)
        program = self._programs.get(key)
        if program is None:
            program = self._programs[key] = self._compiled(channel, provider, locales)
            if len(self._programs) > _PROGRAMS_MAX:
                self._programs.popitem(last=False)
        return program

    def _compiled(self, channel: str, provider: str, locales: tuple[str, ...]) -> _Program:
        document = localised(self._document, locales) if locales else self._document
        if channel == "email":
            lang = locales[0].replace("_", "-") if locales else "en"
            return CompiledEmail(document, provider=provider, lang=lang)
        form = form_of(channel, provider)
        if form is None:
            raise NothingToSay("", f"nothing can be said on the channel {channel[:40]!r}")
        return form(document, channel=channel, provider=provider)

    def _speaking(self, locale: Any) -> tuple[str, ...]:
        if not self._locales or not isinstance(locale, str) or len(locale) > _LOCALE_MAX:
            return ()
        return fitting(locale, self._locales)


def _explained(stage: Stage) -> tuple[Unshown, ...]:
    return tuple(
        Unshown(f"{hidden.path}.if", why)
        for hidden in stage.hidden.values()
        if (why := holds(hidden.source, stage.root, hidden.turn)) is not None
    )


def _fingerprint(source: dict[str, Any]) -> bytes:
    return blake2b(msgspec.json.encode(source), digest_size=16).digest()


def _parsed(source: dict[str, Any]) -> Document:
    try:
        return parse(source, path="")
    except InvalidInput as error:
        raise RenderError(error.path.lstrip("."), error.message) from None
