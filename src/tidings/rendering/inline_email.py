"""The runs inside a text: strings, links and pictures, as HTML."""

from collections.abc import Iterable

from tidings.elemental.nodes import Img, Link, Node, String, Styled
from tidings.elemental.style import is_on
from tidings.rendering import look
from tidings.rendering.measures import color, pixels, size
from tidings.rendering.program import Operation, Operations
from tidings.rendering.source import escaped_source, plain_source
from tidings.rendering.speech import Speech
from tidings.rendering.urls import attribute

_MARKS = (("bold", "strong"), ("italic", "em"), ("strikethrough", "s"), ("underline", "u"))


def inline_words(said: Speech, nodes: Iterable[Node], path: str) -> Operations:
    """Draw the runs, one after the other. Raises `RenderError` with the path of the field."""
    visible = said.visible(nodes, path)
    return tuple(piece for node, at in visible for piece in said.gated(node, at, _run(node, at)))


def _run(node: Node, path: str) -> Operations:
    match node:
        case String(content=content):
            return _styled(node, path, _broken(escaped_source(content, f"{path}.content")))
        case Link(content=content, href=href):
            label = _styled(node, path, _broken(escaped_source(content, f"{path}.content")))
            return _linked(label, href, f"{path}.href", untracked=bool(node.disable_tracking))
        case Img():
            return _picture(node, path)
    return ()


def _broken(words: Operations) -> Operations:
    """Show the ends of lines that an author typed."""
    return tuple(word.replace("\n", "<br>") if isinstance(word, str) else word for word in words)


def _styled(node: String | Link, path: str, words: Operations) -> Operations:
    names = [name for field, name in _MARKS if is_on(getattr(node, field))]
    if isinstance(node, String) and is_on(node.highlight):
        names.append("mark")
    opened = "".join(f"<{name}>" for name in names)
    closed = "".join(f"</{name}>" for name in reversed(names))
    style = _style(node, path)
    if not style:
        return (opened, *words, closed)
    return ('<span style="', *style, '">', opened, *words, closed, "</span>")


def _style(node: Styled, path: str) -> Operations:
    style: list[Operation] = []
    if node.font_size is not None:
        style.append(f"font-size:{size(node.font_size)};")
    if node.color is not None:
        own = node.color
        shown = color(plain_source(own, f"{path}.color"), look.INK) if own.startswith("{") else own
        style += ["color:", shown, ";"]
    return tuple(style)


def _linked(label: Operations, href: str, path: str, *, untracked: bool) -> Operations:
    address = attribute("href", plain_source(href, path), untracked=untracked)
    return ('<a class="t-link"', address, ">", *label, "</a>")


def _picture(node: Img, path: str) -> Operations:
    alt = escaped_source(node.alt_text or "", f"{path}.alt_text")
    width = pixels(node.width, of=look.CONTENT_WIDTH)
    wide = f' width="{width}"' if width else ""
    src = attribute("src", plain_source(node.src, f"{path}.src"))
    picture = ("<img", src, ' alt="', *alt, f'"{wide} style="max-width:100%;vertical-align:middle;border:0;">')
    if node.href is None:
        return picture
    return _linked(picture, node.href, f"{path}.href", untracked=bool(node.disable_tracking))
