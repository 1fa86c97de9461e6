"""Links that lead by way of us, and emails that tell when they are opened (courier-semantics.md §20)."""

import html
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus

import msgspec

URL_MAX = 1_600
"""Characters of the longest link that is led by way of us: in a ticket it is a third longer, and mailboxes cut at 2 000
and some."""
LINKS_MAX = 500
"""Links of one email; those behind stay as they are."""
UNTRACKED = ' data-untracked="1"'
"""Stands before the `href` of a link that is to lead straight to its end, until that is settled."""

_HREF = re.compile(r"""(?i)(<a\b[^<>]*?)(\sdata-untracked="1")?(\shref=)(["'])(https?://[^"'<>\s]+)\4""")
_WEB = re.compile(r"(?i)https?://")
_RESERVED = "%/:?#[]@!$&'()*+,;=~-._"


class Tracks(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to the links of one message."""

    click: Callable[[str], str] | None = None
    """From where a link leads to the address that leads there by way of us; None leaves links alone."""
    pixel: str = ""
    """Address of the picture that tells of opening; empty for none."""
    utm: Mapping[str, str] = {}
    """Parameters that links get: `source`, `medium`, …."""
    own: str = ""
    """What addresses of ours begin with: they are left alone."""

    def lead(self, url: str) -> str:
        """Say what stands in a link's place: an address of ours that leads there, campaign parameters with it."""
        plain = _plain(url) if _WEB.match(url) else None
        if plain is None or (self.own and plain.startswith(self.own)):
            return url
        if self.utm:
            plain = with_utm(plain, self.utm)
        return self.click(plain) if self.click is not None and len(plain) <= URL_MAX else plain


def tracked(email: str, tracks: Tracks) -> str:
    """Lead the links of an HTML email by way of us, and add the picture. Other kinds of links stay as they are."""
    if tracks.click is not None or tracks.utm:
        email = _HREF.sub(lambda found: _link(found, tracks), email, count=LINKS_MAX)
    email = email.replace(UNTRACKED, "")
    if not tracks.pixel or not email:
        return email
    picture = f'<img src="{html.escape(tracks.pixel)}" width="1" height="1" alt="" style="display:block;border:0;">'
    end = max(email.rfind("</body"), email.rfind("</BODY"))
    return email + picture if end < 0 else email[:end] + picture + email[end:]


def _link(found: re.Match[str], tracks: Tracks) -> str:
    before, untracked, name, mark, address = found.groups()
    url = html.unescape(address)
    if untracked or (led := tracks.lead(url)) == url:
        return found[0]
    return f"{before}{name}{mark}{html.escape(led)}{mark}"


def _plain(url: str) -> str | None:
    """Write an address in ASCII, as a redirect needs it; None where the host has other letters."""
    if url.isascii():
        return url
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}{slash}{quote(path, safe=_RESERVED)}" if host.isascii() else None


def with_utm(url: str, utm: Mapping[str, str]) -> str:
    """Add campaign parameters; what the address has already stays, and wins."""
    head, mark, fragment = url.partition("#")
    query = head.partition("?")[2]
    named = {pair.partition("=")[0] for pair in query.split("&")}
    more = [f"utm_{name}={quote_plus(value)}" for name, value in utm.items() if f"utm_{name}" not in named]
    if not more:
        return url
    joint = "" if head.endswith(("?", "&")) else "&" if "?" in head else "?"
    return head + joint + "&".join(more) + mark + fragment
