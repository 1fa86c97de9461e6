"""Style sheets of an author's own email, written onto its tags: many mailboxes drop `<style>`."""

import css_inline

_INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
_HEAD_MAX = 2_000
"""Where `<html` must stand: what has none is a piece of an email, which would come back as a whole one."""
_BYTES_MAX = 512 * 1024
"""Above this the email stays as it is; mailboxes clip it anyway."""


def inlined(html: str) -> str:
    """Write the styles onto the tags; media queries stay where they are."""
    if len(html) > _BYTES_MAX or "<style" not in html or "<html" not in html[:_HEAD_MAX].lower():
        return html
    try:
        return str(_INLINER.inline(html))
    except (css_inline.InlineError, ValueError):
        return html
