"""An email's plain text, drawn from Elemental."""

from tidings.elemental.nodes import Action, Divider, Group, Image, Img, Link, Node, Quote, String, Text
from tidings.rendering.gates import gated
from tidings.rendering.letter import Letter
from tidings.rendering.plain_words import plain_words
from tidings.rendering.program import Operation, Operations, Run, Scope, capture
from tidings.rendering.source import plain_source
from tidings.rendering.urls import bare
from tidings.rendering.wrap import WIDTH

_GAP = "\n\n"
_RULE = "-" * 40
_UNDERLINES = {"h1": "=", "h2": "-"}


class PlainEmail:
    """Draws one letter."""

    def __init__(self, letter: Letter) -> None:
        self._letter = letter

    def operations(self) -> Operations:
        """Draw all of it. Raises `RenderError` with the path of the field."""
        return self._blocks(self._letter.elements, self._letter.path)

    def words(self, node: Text, path: str) -> Operations:
        """Draw the words of one text, without its gap."""
        if node.elements is not None:
            visible = self._letter.visible(node.elements, f"{path}.elements")
            return tuple(piece for item, at in visible for piece in gated(item, at, self._inline(item, at)))
        return plain_words(node.content or "", f"{path}.content")

    def _blocks(self, nodes: tuple[Node, ...], path: str) -> Operations:
        visible = self._letter.visible(nodes, path)
        return tuple(piece for node, at in visible for piece in gated(node, at, self._block(node, at)))

    def _block(self, node: Node, path: str) -> Operations:  # noqa: PLR0911 (one case per kind of node)
        match node:
            case Text(text_style=style):
                words = self.words(node, path)
                return (_underlined(words, _UNDERLINES[style]) if style in _UNDERLINES else _said(words), _GAP)
            case Quote(content=content):
                return (_quoted(plain_words(content, f"{path}.content")), _GAP)
            case Action(content=content, href=href):
                label = plain_words(content, f"{path}.content")
                return (*label, bare(plain_source(href, f"{path}.href"), before=": "), _GAP)
            case Image():
                return self._image(node, path)
            case Divider():
                return (_RULE, _GAP)
            case Group(elements=elements):
                return self._blocks(elements, f"{path}.elements")
        return ()

    def _image(self, node: Image | Img, path: str) -> Operations:
        alt = plain_source(node.alt_text or "", f"{path}.alt_text")
        link = () if node.href is None else (bare(plain_source(node.href, f"{path}.href"), before=" (", after=")"),)
        return (_bracketed(alt), *link, _GAP if isinstance(node, Image) else "")

    def _inline(self, node: Node, path: str) -> Operations:
        match node:
            case String(content=content):
                return plain_source(content, f"{path}.content")
            case Link(content=content, href=href):
                address = plain_source(href, f"{path}.href")
                return (*plain_source(content, f"{path}.content"), bare(address, before=" (", after=")"))
            case Img():
                return self._image(node, path)
        return ()


def _said(operations: Operations) -> Operation:
    return lambda run, scope: capture(operations, run, scope)


def _bracketed(operations: Operations) -> Operation:
    def printed(run: Run, scope: Scope) -> str:
        text = capture(operations, run, scope).strip()
        return f"[{text}]" if text else ""

    return printed


def _underlined(operations: Operations, line: str) -> Operation:
    def printed(run: Run, scope: Scope) -> str:
        text = capture(operations, run, scope).strip()
        return f"{text}\n{line * min(WIDTH, len(text.rpartition(chr(10))[2]))}" if text else ""

    return printed


def _quoted(operations: Operations) -> Operation:
    def printed(run: Run, scope: Scope) -> str:
        text = capture(operations, run, scope).strip()
        return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if text else ""

    return printed
