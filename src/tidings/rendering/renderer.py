"""Renders messages, keeping what it compiled."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from hashlib import blake2b
from typing import Any, TypeAlias

import msgspec

from tidings.brands import Brand, read_settings
from tidings.channels import ChannelContent, EmailContent
from tidings.elemental import Document, fitting, locales_of, localised, parse
from tidings.errors import InvalidInput
from tidings.rendering.brand_look import BrandLook
from tidings.rendering.email import CompiledEmail
from tidings.rendering.explanation import holds
from tidings.rendering.forms import form_of
from tidings.rendering.html_documents import cleaned_document
from tidings.rendering.kept_programs import KeptPrograms
from tidings.rendering.manner import BrandSnippets, Manner, locale_of_profile, timezone_of_profile
from tidings.rendering.occasion import Occasion
from tidings.rendering.one_line import one_line
from tidings.rendering.overrides import overridden
from tidings.rendering.plain_html import plain_html
from tidings.rendering.program import Operations, render
from tidings.rendering.render_error import NothingToSay, RenderError
from tidings.rendering.source import mailbox_source
from tidings.rendering.spoken import Spoken
from tidings.rendering.stage import Stage
from tidings.rendering.styles import inlined
from tidings.rendering.tracks import tracked
from tidings.rendering.variables import Variables
from tidings.rendering.wrap import finished

_BYTES_MAX = 32 * 1024 * 1024
"""Content kept compiled, by its size as JSON; its programs take a few times that."""
_LOCALE_MAX = 35  # characters of the longest language tag worth reading (RFC 5646 §4.4.1)
_PROGRAMS_BYTES_MAX = 128 * 1024 * 1024
"""Programs kept, of all contents: one for each channel, provider, language and brand that it was said in."""
_EMAIL_BYTES, _WORDS_BYTES = 96 * 1024, 8 * 1024
"""What a program takes before its content is counted, as measured: an email's frame is most of it."""
_BYTES_PER_BYTE = 4
"""What a byte of content comes to in a program."""
_BRANDS_MAX = 256
_HEADERS_MAX = 1_024
_PLAINLY = Manner()

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
    unusable: tuple[str, ...] = ()
    """Addresses, the first 80 characters of each, that became no link or picture."""


class Renderer:
    """Compiles each content once per channel, provider and language; then a message costs one run.

    Keeps the last `cache_max` contents, and their programs while there is room. For one thread.
    """

    def __init__(self, cache_max: int = 512, *, html_scripts: bool = False) -> None:
        """`html_scripts` is whether `html` elements keep their scripts and event handlers."""
        if cache_max < 1:
            raise ValueError(f"cache_max must be positive, got {cache_max}")
        self._html_scripts = html_scripts
        self._cache_max = cache_max
        self._kept: OrderedDict[Hashable, _Content] = OrderedDict()
        self._bytes = 0
        self._programs: KeptPrograms[_Program] = KeptPrograms(_PROGRAMS_BYTES_MAX)
        self._brands: dict[Hashable, BrandSnippets] = {}
        self._headers: dict[str, Operations] = {}

    def render(
        self,
        channel: str,
        document_source: dict[str, Any],
        *,
        cache_key: Hashable | None,
        variables: Variables,
        recipient: str,
        provider: str = "",
        manner: Manner = _PLAINLY,
    ) -> Rendered:
        """Render content, as it was saved or as `/send` brought it, for one channel and the provider that sends it.

        `cache_key` names the content for good, as (template id, version) does; None lets the content name itself.
        Raises `RenderError`; `NothingToSay` when the content has nothing for this channel.
        """
        content = self._content(document_source, cache_key)
        profile, brand = variables.profile, manner.brand
        program = content.program(channel, provider, profile.get("locale"), brand, manner.fallback)
        locale = locale_of_profile(profile)
        catalogue = manner.catalogue
        stage = Stage(
            root=variables.root(),
            missing=manner.missing,
            locale=locale,
            timezone=timezone_of_profile(profile),
            snippets=self._snippets(brand, manner.fallback) if brand or manner.fallback else None,
            translate=None if catalogue is None else lambda key: catalogue.say(key, locale),
            tracks=manner.tracks is not None,
            leads=manner.tracks.lead if manner.tracks is not None and channel != "email" else None,
        )
        said = program.render(stage, Occasion(recipient=recipient, data=variables.data))
        if isinstance(said, EmailContent):
            said = self._headed(said, manner, stage)
        if manner.override:
            said = self._overridden(said, manner.override)
        if manner.tracks is not None and isinstance(said, EmailContent):
            said = msgspec.structs.replace(said, html=tracked(said.html, manner.tracks))
        return Rendered(
            content=said,
            missing=tuple(stage.missed),
            hidden=_explained(stage) if stage.hidden else (),
            unusable=tuple(stage.unusable),
        )

    def _snippets(self, brand: Brand | None, fallback: Brand | None) -> BrandSnippets:
        key = (brand and brand.key, fallback and fallback.key)
        if key not in self._brands:
            if len(self._brands) >= _BRANDS_MAX:
                self._brands.clear()
            self._brands[key] = BrandSnippets(brand, fallback)
        return self._brands[key]

    def _headed(self, said: EmailContent, manner: Manner, stage: Stage) -> EmailContent:
        """Put addresses and the unsubscribe link onto an email."""
        headers, unsubscribe = manner.headers, manner.unsubscribe_url or None
        if headers is None:
            return msgspec.structs.replace(said, unsubscribe_url=unsubscribe) if unsubscribe else said
        return msgspec.structs.replace(
            said,
            sender=self._header(headers.from_, stage),
            reply_to=self._header(headers.reply_to, stage),
            cc=tuple(line for one in headers.cc if (line := self._header(one, stage))),
            bcc=tuple(line for one in headers.bcc if (line := self._header(one, stage))),
            unsubscribe_url=unsubscribe,
        )

    def _overridden(self, said: ChannelContent, override: Mapping[str, Any]) -> ChannelContent:
        """Lay an override over content. HTML that it brings is a document by hand, and its text the words of that."""
        laid = overridden(said, override)
        if not (isinstance(laid, EmailContent) and isinstance(said, EmailContent)) or laid.html == said.html:
            return laid
        html = inlined(laid.html)
        html = html if self._html_scripts else cleaned_document(html)
        text = laid.text if laid.text != said.text else finished(plain_html(html))
        return msgspec.structs.replace(laid, html=html, text=text)

    def _header(self, source: str | None, stage: Stage) -> str:
        if not source:
            return ""
        if "{" not in source:
            return one_line(source)
        if source not in self._headers:
            if len(self._headers) >= _HEADERS_MAX:
                self._headers.clear()
            self._headers[source] = mailbox_source(source, "email")
        return one_line(render(self._headers[source], stage))

    def _content(self, source: dict[str, Any], cache_key: Hashable | None) -> "_Content":
        key = _fingerprint(source) if cache_key is None else cache_key
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        kept = self._kept[key] = _Content(
            key,
            _parsed(source),
            len(msgspec.json.encode(source)),
            programs=self._programs,
            html_scripts=self._html_scripts,
        )
        self._bytes += kept.size
        while len(self._kept) > self._cache_max or (self._bytes > _BYTES_MAX and len(self._kept) > 1):
            self._bytes -= self._kept.popitem(last=False)[1].size
        return kept


class _Content:
    """One content, and where the programs are that were made of it."""

    def __init__(
        self,
        key: Hashable,
        document: Document,
        size: int,
        *,
        programs: KeptPrograms[_Program],
        html_scripts: bool,
    ) -> None:
        self.size = size
        self._key = key
        self._html_scripts = html_scripts
        self._document = document
        self._locales = locales_of(document)
        self._programs = programs

    def program(self, channel: str, provider: str, locale: Any, brand: Brand | None, default: Brand | None) -> _Program:
        locales = self._speaking(locale)
        # Only an email's frame is drawn in the brand; colours elsewhere are variables.
        drawn = (brand.key, default and default.key) if brand and channel == "email" else None
        key = (self._key, channel, provider, locales, drawn)
        program = self._programs.get(key)
        if program is None:
            program = self._compiled(channel, provider, locales, brand, default)
            frame = _EMAIL_BYTES if channel == "email" else _WORDS_BYTES
            self._programs.keep(key, program, frame + self.size * _BYTES_PER_BYTE)
        return program

    def _compiled(
        self, channel: str, provider: str, locales: tuple[str, ...], brand: Brand | None, default: Brand | None
    ) -> _Program:
        document = localised(self._document, locales) if locales else self._document
        if channel == "email":
            lang = locales[0].replace("_", "-") if locales else "en"
            own = _look(brand, default)
            return CompiledEmail(document, provider=provider, lang=lang, brand=own, html_scripts=self._html_scripts)
        form = form_of(channel, provider)
        if form is None:
            raise NothingToSay("", f"nothing can be said on the channel {channel[:40]!r}")
        return form(document, channel=channel, provider=provider)

    def _speaking(self, locale: Any) -> tuple[str, ...]:
        if not self._locales or not isinstance(locale, str) or len(locale) > _LOCALE_MAX:
            return ()
        return fitting(locale, self._locales)


def _look(brand: Brand | None, default: Brand | None) -> BrandLook | None:
    if brand is None:
        return None
    if default is None or default.id == brand.id:
        return BrandLook(read_settings(brand.settings), brand.name)
    return BrandLook(
        read_settings(brand.settings), brand.name, BrandLook(read_settings(default.settings), default.name)
    )


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
