"""Style sheets of an author's own email, written onto its tags: many mailboxes drop `<style>`."""

import css_inline
from turbohtml.rewrite import Element, rewrite

_INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
_HEAD_MAX = 2_000
"""Where `<html` must stand: what has none is a piece of an email, which would come back as a whole one."""
_BYTES_MAX = 512 * 1024
"""Above this the email stays as it is; mailboxes clip it anyway."""
_PLACE = "data-tidings-place"


def inlined(html: str) -> str:
    """Write the styles onto the tags; media queries stay where they are, and so does all else, to the letter.

    Which style is whose is asked of a copy in which each tag has a number: the inliner reads HTML into a tree, and
    what it writes has lost the doctype's identifiers and what stood between `<![if !mso]>` and `<![endif]>`.
    """
    if len(html) > _BYTES_MAX or "<style" not in html or "<html" not in html[:_HEAD_MAX].lower():
        return html
    try:
        styles = _styles(str(_INLINER.inline(_numbered(html))))
    except (css_inline.InlineError, ValueError):
        return html
    place = -1

    def write(element: Element) -> None:
        nonlocal place
        place += 1
        style = styles.get(str(place))
        if style is not None and style != element.get("style"):
            element.set_attribute("style", style)

    return rewrite(html, elements=(("*", write),))


def _numbered(html: str) -> str:
    place = -1

    def number(element: Element) -> None:
        nonlocal place
        place += 1
        element.set_attribute(_PLACE, str(place))

    return rewrite(html, elements=(("*", number),))


def _styles(html: str) -> dict[str, str]:
    found: dict[str, str] = {}

    def read(element: Element) -> None:
        place, style = element.get(_PLACE), element.get("style")
        if place is not None and style is not None:
            found.setdefault(place, style)

    rewrite(html, elements=(("*", read),))
    return found
