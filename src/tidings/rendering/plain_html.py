"""The words of somebody's HTML or MJML, for the plain text of an email."""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from turbohtml import Token, TokenType, tokenize

from tidings.rendering.printing import has_markup, text_of
from tidings.rendering.urls import safe_url

Written: TypeAlias = Callable[[str, str], str]
"""From an address and the words that lead there to what stands behind the words."""

_SILENT = frozenset(("head", "style", "script", "title", "mj-head", "mj-style"))
_INLINE = frozenset(("a", "abbr", "b", "code", "em", "font", "i", "s", "small", "span", "strong", "sub", "sup", "u"))
_PICTURES = frozenset(("img", "mj-image"))
_LEADING_NOBODY = frozenset(("area", "base", "link"))
"""Tags whose address is no link that somebody could follow in words."""
_BEGINS = {"br": "\n", "img": "", "li": "\n- "}
"""What stands where these begin; others that are not inline begin a paragraph."""
_GAP = "\n\n"
_SPACES = re.compile(r"[ \t\r\n]+")


def behind(address: str, words: str) -> tuple[str, str] | None:
    """Say what stands before and after an address behind its words; None where the words are the address."""
    if address in {words, f"mailto:{words}", f"tel:{words}"}:
        return None
    return (" (", ")") if words else ("", "")


def written(address: str, words: str) -> str:
    """Write an address behind its words; nothing where it leads nowhere, or is the words."""
    url, around = safe_url(address), behind(address, words)
    return "" if url is None or around is None else around[0] + url + around[1]


def plain_html(source: str, written: Written = written) -> str:
    """Leave out markup, styles, scripts and comments; what is no inline tag begins a new line.

    Links show where they lead, as elsewhere in plain text, pictures what they are called.
    """
    words = _Words(written)
    for token in tokenize(source):
        match token.type:
            case TokenType.TEXT:
                words.text(token.data or "")
            case TokenType.START_TAG:
                words.start(token)
            case TokenType.END_TAG:
                words.end(token.tag or "")
    return words.said()


def worded(value: Any, said: dict[str, str]) -> str:
    """Print a value that brings HTML of its own (`{{{value}}}`) as plain text: what it says where there is HTML.

    `said` remembers what was read before.
    """
    text = text_of(value)
    if not has_markup(text):
        return text
    if text not in said:
        said[text] = plain_html(text)
    return said[text]


class _Words:
    """One document being read."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self._said: list[str] = []
        self._silent: str | None = None
        self._link: tuple[str, str, int] | None = None
        """The link that is open: its tag, its address, and where its words begin. One within another ends it."""

    def text(self, data: str) -> None:
        if self._silent is None:
            self._add(_SPACES.sub(" ", data))

    def start(self, token: Token) -> None:
        tag, attributes = token.tag or "", dict(token.attrs or ())
        if self._silent is not None:
            return
        if tag in _SILENT:
            self._silent = None if token.self_closing else tag
            return
        self._add(_BEGINS.get(tag, "" if tag in _INLINE else _GAP))
        if tag in _PICTURES:
            self._picture(attributes.get("alt") or "", attributes.get("href") or "")
        elif tag not in _LEADING_NOBODY and (address := attributes.get("href")):
            self._link = (tag, address, len(self._said))

    def _picture(self, alt: str, address: str) -> None:
        called = f"[{words}]" if (words := " ".join(alt.split())) else ""
        self._add(called + (self._written(address, called) if address else ""))

    def end(self, tag: str) -> None:
        if self._silent is not None:
            self._silent = None if tag == self._silent else self._silent
            return
        if self._link is not None and self._link[0] == tag:
            _, address, begins = self._link
            self._link = None
            self._add(self._written(address, "".join(self._said[begins:]).strip()))
        if tag not in _INLINE and tag not in _BEGINS:
            self._add(_GAP)

    def _add(self, text: str) -> None:
        """Say more. An item's first words stand right behind its mark."""
        is_at_item = bool(self._said) and self._said[-1] == _BEGINS["li"]
        if text and not (is_at_item and text in {" ", _GAP}):
            self._said.append(text)

    def said(self) -> str:
        return "\n".join(line.strip() for line in "".join(self._said).split("\n")).strip()
