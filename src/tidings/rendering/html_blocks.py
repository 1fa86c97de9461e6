"""An author's own HTML within an email: kept, less scripts, event handlers and whatever else could act."""

import nh3

from tidings.rendering.program import Operation, Operations, Run, Scope, capture
from tidings.rendering.source import html_source

_LOOKS = frozenset(
    {
        *("align", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "colspan", "dir", "height"),
        *("id", "lang", "role", "rowspan", "style", "title", "valign", "width"),
    }
)
_TAGS = frozenset(nh3.ALLOWED_TAGS | {"center", "font", "style", "u"})
_ATTRIBUTES = {
    **{name: set(attributes) for name, attributes in nh3.ALLOWED_ATTRIBUTES.items()},
    "*": set(_LOOKS),
    "a": {"href", "hreflang", "name", "target"},
    "img": {"src", "alt", "width", "height", "border", "srcset", "sizes"},
    "font": {"color", "face", "size"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}


def html_block(content: str, path: str, *, scripts: bool = False) -> Operations:
    """Compile an `html` element. What holds no tags of the template is cleaned once; with `scripts`, nothing is.

    Raises `RenderError` at `path`.
    """
    operations = html_source(content, path, scripts=scripts)
    if scripts:
        return operations
    if all(isinstance(operation, str) for operation in operations):
        return (cleaned("".join(str(operation) for operation in operations)),)
    return (_cleaned(operations),)


def _cleaned(operations: Operations) -> Operation:
    def printed(run: Run, scope: Scope) -> str:
        text = capture(operations, run, scope)
        if text not in run.cleaned_blocks:
            run.cleaned_blocks[text] = cleaned(text)
        return run.cleaned_blocks[text]

    return printed


def cleaned(html: str) -> str:
    """Take away what could act."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags={"script"},
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        strip_comments=False,
        link_rel=None,
    )
