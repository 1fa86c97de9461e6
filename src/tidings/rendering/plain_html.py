"""The words of somebody's HTML, for an email that came without a text."""

import html
import re

_MARKUP = re.compile(r"<!--|-->|<(/?)([a-zA-Z][\w:-]*+)[^<>]*+>|[^<\-]++|[<\-]")
_SILENT = frozenset(("head", "style", "script", "title", "mj-head", "mj-style"))
_INLINE = frozenset(("a", "abbr", "b", "code", "em", "font", "i", "s", "small", "span", "strong", "sub", "sup", "u"))
_SPACES = re.compile(r"[ \t\r\n]+")


def plain_html(source: str) -> str:
    """Leave out markup, styles, scripts and comments; what is no inline tag begins a new line."""
    said: list[str] = []
    silent: str | None = None
    for found in _MARKUP.finditer(source):
        text, name = found[0], (found[2] or "").lower()
        if text == "<!--" or (name in _SILENT and not found[1]):
            silent = silent or ("-->" if text == "<!--" else name)
        elif silent is not None:
            silent = None if silent == text or (name == silent and found[1]) else silent
        elif name:
            said.append("" if name in _INLINE else "\n\n")
        else:
            said.append(_SPACES.sub(" ", text))
    return "\n".join(line.strip() for line in html.unescape("".join(said)).split("\n")).strip()
