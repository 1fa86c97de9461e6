"""Which addresses may become links, and links as operations."""

import re

from tidings.rendering.printing import escaped
from tidings.rendering.program import Operation, Operations, Run, Scope, capture
from tidings.rendering.stage import NOTES_MAX
from tidings.rendering.tracks import UNTRACKED

URL_MAX = 8_192
"""Characters; no browser promises more."""

_REMEMBERED = 80
"""Characters of an address that may not be used."""

_ALLOWED = re.compile(r"(?i)https?://[^\s/?#]|mailto:[^\s]|tel:[^\s]")
_SETTLED = re.compile(r"(?i)https?://[^\s/?#{]|mailto:|tel:")
_UNSAFE = re.compile(r"[\x00-\x20<>\"'`\\\x7f]")


def safe_url(text: str) -> str | None:
    """Give the address as it may stand in a link, or None: only http, https, mailto and tel lead anywhere."""
    url = text.strip()
    if len(url) > URL_MAX or not _ALLOWED.match(url):
        return None
    return _UNSAFE.sub(_percent, url)


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def is_settled(source: str) -> bool:
    """Tell whether a template of an address is safe whatever its variables hold, apart from their length."""
    return _SETTLED.match(source.lstrip()) is not None


def leads_nowhere(source: str) -> bool:
    """Tell whether a template of an address gives none that may be used, whatever its variables hold."""
    said = source.strip()
    begins = said.partition("{")[0]
    return _ALLOWED.match(said) is None and (begins == said or (":" in begins and _SETTLED.match(begins) is None))


def usable(address: Operations, run: Run, scope: Scope) -> str | None:
    """Run a template of an address: what may stand in a link, or None. What may not is remembered."""
    said = capture(address, run, scope)
    url = safe_url(said)
    if url is None and (unusable := said.strip()) and len(run.stage.unusable) < NOTES_MAX:
        run.stage.unusable[unusable[:_REMEMBERED]] = None
    return url


def attribute(name: str, address: Operations, *, untracked: bool = False) -> Operation:
    """Print ` href="…"` with a safe address, or nothing: an anchor without one is plain text.

    Where links are tracked, `untracked` marks one that is not to be.
    """

    def printed(run: Run, scope: Scope) -> str:
        url = usable(address, run, scope)
        if url is None:
            return ""
        mark = UNTRACKED if untracked and run.stage.tracks else ""
        return f'{mark} {name}="{escaped_url(url)}"'

    return printed


def led(run: Run, url: str, *, untracked: bool = False) -> str:
    """Say where a link of a text leads: by way of us, where that is wanted."""
    leads = run.stage.leads
    return url if leads is None or untracked else leads(url)


def escaped_url(url: str) -> str:
    """Escape for an attribute; `=` may stay, and addresses are easier to read with it."""
    return url.replace("&", "&amp;") if url.isascii() else escaped(url)


def bare(address: Operations, *, before: str = "", after: str = "") -> Operation:
    """Print the address itself, with something around it; nothing at all when it is not safe."""

    def printed(run: Run, scope: Scope) -> str:
        url = usable(address, run, scope)
        return "" if url is None else before + url + after

    return printed
