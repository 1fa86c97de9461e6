"""Renders messages, keeping what it compiled."""

from collections import OrderedDict
from collections.abc import Hashable
from hashlib import blake2b
from typing import Any

import msgspec

from tidings.channels import EmailContent
from tidings.elemental import Document, fitting, locales_of, localised, parse
from tidings.errors import InvalidInput
from tidings.rendering.email import CompiledEmail
from tidings.rendering.render_error import RenderError
from tidings.rendering.variables import Variables

_BYTES_MAX = 32 * 1024 * 1024
"""Content kept compiled, by its size as JSON; its programs take a few times that."""
_LOCALE_MAX = 35  # characters of the longest language tag worth reading (RFC 5646 §4.4.1)


class Renderer:
    """Compiles each content once per provider and language; then a message costs one run.

    Keeps the programs of the last `cache_max` contents. For one thread.
    """

    def __init__(self, cache_max: int = 512) -> None:
        if cache_max < 1:
            raise ValueError(f"cache_max must be positive, got {cache_max}")
        self._cache_max = cache_max
        self._kept: OrderedDict[Hashable, _Content] = OrderedDict()
        self._bytes = 0

    def email(
        self,
        document_source: dict[str, Any],
        *,
        cache_key: Hashable | None,
        variables: Variables,
        recipient: str,
        sender: str = "",
        provider: str = "",
    ) -> EmailContent:
        """Render an email from content as it was saved, or as `/send` brought it.

        `cache_key` names the content for good, as (template id, version) does; None lets the content name itself.
        `provider` is the key of the provider that is to send it, for content that tells providers apart. Raises
        `RenderError`; `NothingToSay` when the content has nothing for email.
        """
        content = self._content(document_source, cache_key)
        compiled = content.email(provider, variables.profile.get("locale"))
        return compiled.render(variables.root(), recipient=recipient, sender=sender)

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
        self._emails: OrderedDict[tuple[str, tuple[str, ...]], CompiledEmail] = OrderedDict()

    def email(self, provider: str, locale: Any) -> CompiledEmail:
        locales = self._speaking(locale)
        compiled = self._emails.get((provider, locales))
        if compiled is None:
            document = localised(self._document, locales) if locales else self._document
            compiled = CompiledEmail(
                document, provider=provider, lang=locales[0].replace("_", "-") if locales else "en"
            )
            self._emails[provider, locales] = compiled
            if len(self._emails) > _PROGRAMS_MAX:
                self._emails.popitem(last=False)
        return compiled

    def _speaking(self, locale: Any) -> tuple[str, ...]:
        if not self._locales or not isinstance(locale, str) or len(locale) > _LOCALE_MAX:
            return ()
        return fitting(locale, self._locales)


_PROGRAMS_MAX = 32
"""Programs of one content: by provider and language."""


def _fingerprint(source: dict[str, Any]) -> bytes:
    return blake2b(msgspec.json.encode(source), digest_size=16).digest()


def _parsed(source: dict[str, Any]) -> Document:
    try:
        return parse(source, path="")
    except InvalidInput as error:
        raise RenderError(error.path.lstrip("."), error.message) from None
