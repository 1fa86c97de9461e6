"""Elemental's words: Handlebars within a subset of markdown (courier-semantics.md §13.3).

Emphasis, strikethrough, links, images, lists, headings and line breaks. HTML that an author types is shown, not
obeyed. Variables come in afterwards, so what they hold is never read as markdown.
"""

import html
import re
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Any, cast

import msgspec
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from tidings.rendering.escape import Escape
from tidings.rendering.handlebars import compile  # noqa: A004 (the seam's word)
from tidings.rendering.program import Operation, Operations
from tidings.rendering.tags import Tags

MARKDOWN = MarkdownIt("zero", {"html": False, "maxNesting": 20}).enable(
    ["heading", "list", "newline", "escape", "emphasis", "strikethrough", "link", "image", "autolink", "entity"]
)


SENTENCE = re.compile(r"[^\W\d_](?:[^\W_]| (?=\S)|[,;:.?!%$€'\"/()@=+-])*")
"""Words without a mark of markdown, in one line: most content, and it need not be parsed."""


class _Node(msgspec.Struct):
    """As much of a tree as a sentence needs."""

    type: str
    content: str = ""
    children: "list[_Node]" = []
    tag: str = ""
    attrs: dict[str, Any] = {}


@lru_cache(maxsize=32)
def tree_of(text: str) -> SyntaxTreeNode:
    """Parse; each text becomes HTML and plain words, one soon after the other. Nobody changes a tree."""
    if SENTENCE.fullmatch(text):
        inline = _Node("inline", text, [_Node("text", text)])
        return cast("SyntaxTreeNode", _Node("root", children=[_Node("paragraph", children=[inline])]))
    return SyntaxTreeNode(MARKDOWN.parse(text))


class Words(ABC):
    """One content field on its way to one form."""

    escape: Escape

    def __init__(self, content: str, path: str) -> None:
        self._path = path
        self._tags = Tags(content, path)
        self._marks: list[Operations] = []

    def operations(self) -> Operations:
        """Compile. Raises `RenderError` at the field's path."""
        # Once as the author wrote it: what is wrong is told before markdown has moved anything.
        if self._tags.any:
            compile(self._tags.source, escape=self.escape, path=self._path)
        source = self._tags.restore(self._document(tree_of(self._tags.spread(self._tags.marked))))
        return compile(source, escape=self.escape, path=self._path, marks=tuple(self._marks)).operations

    def _mark(self, operation: Operation) -> str:
        self._marks.append((operation,))
        return "{{@mark " + str(len(self._marks) - 1) + "}}"

    def _address(self, node: SyntaxTreeNode, attribute: str) -> tuple[str, Operations]:
        """Give an address of the tree as source and as a program that prints it unescaped."""
        source = self._tags.restore(str(node.attrs.get(attribute, "")))
        return source, compile(source, escape=Escape.NONE, path=self._path).operations

    def _is_block_tag(self, node: SyntaxTreeNode) -> bool:
        return node.type == "paragraph" and self._tags.is_block(node.children[0].content)

    def _said(self, nodes: list[SyntaxTreeNode]) -> str:
        return "".join(self._run(node) for node in nodes)

    @abstractmethod
    def _document(self, tree: SyntaxTreeNode) -> str: ...

    @abstractmethod
    def _run(self, node: SyntaxTreeNode) -> str: ...


def shown(text: str) -> str:
    """Escape words that an author typed."""
    return html.escape(text, quote=False)
