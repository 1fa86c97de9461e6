"""An author's own HTML as a whole document: what could act is taken out, all else stays as it was written.

Cleaning by a list of what is allowed, as `html` elements are, would lose what emails are made of: the doctype, the
head, style sheets, Outlook's conditional comments. So here is a list of what goes.
"""

import re

import nh3
from turbohtml.rewrite import Element, rewrite

_GONE = (
    "script, noscript, template, iframe, frame, frameset, object, embed, applet, portal, base, svg, math, noembed,"
    " noframes, xmp, plaintext"
)
"""What runs, what leads elsewhere by itself, and what browsers read otherwise than it looks: no email needs them."""
_ADDRESSES = frozenset(
    ("action", "background", "cite", "data", "formaction", "href", "longdesc", "ping", "poster", "src", "xlink:href")
)
_ACTING = re.compile(r"(?i)(?:javascript|vbscript|data):")
_PICTURE = re.compile(r"(?i)data:image/(?:png|gif|jpeg|webp)[;,]")
_IGNORED = re.compile(r"[\x00-\x20]")
"""Browsers skip some of these within an address, and some before it."""
_PASSES_MAX = 8


def cleaned_document(html: str) -> str:
    """Take away scripts, event handlers, addresses that run, and frames. What is clean is given back unchanged.

    What was apart may make a tag when something between is gone, so it is looked through until nothing is found.
    """
    for _ in range(_PASSES_MAX):
        once = rewrite(html, elements=((_GONE, Element.remove), ("*", _tame)))
        if once == html:
            return html
        html = once
    return nh3.clean(html, tags=set())  # nobody writes that by accident: the words alone


def _tame(element: Element) -> None:
    for name, value in element.attrs:
        if _acts(name.lower(), _IGNORED.sub("", value or "")):
            element.remove_attribute(name)
    if element.tag == "meta" and _IGNORED.sub("", element.get("http-equiv") or "").lower() == "refresh":
        element.remove()


def _acts(name: str, value: str) -> bool:
    if name.startswith("on") or name == "srcdoc":
        return True
    if name in _ADDRESSES:
        return _ACTING.match(value) is not None and (name not in {"src", "background"} or not _PICTURE.match(value))
    return name == "style" and "expression(" in value.lower()
