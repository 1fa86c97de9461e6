"""Words as HTML, to stand inside a table cell of an email."""

import html

from markdown_it.tree import SyntaxTreeNode

from tidings.rendering.escape import Escape
from tidings.rendering.markdown import Words, shown
from tidings.rendering.program import Operations
from tidings.rendering.urls import attribute

_TAGS = {"strong": "strong", "em": "em", "s": "s"}
_HEADING = "margin:{above}px 0 8px;font-size:{size}px;line-height:1.3;font-weight:700;"
_SIZES = {"h1": 28, "h2": 22, "h3": 18}
_GAP = "margin:0 0 12px;"
_LAST = "margin:0;"


def html_words(content: str, path: str) -> Operations:
    """Compile a content field to HTML. Raises `RenderError` at `path`."""
    return _HtmlWords(content, path).operations()


class _HtmlWords(Words):
    escape = Escape.HTML

    def _document(self, tree: SyntaxTreeNode) -> str:
        children = tree.children
        if len(children) == 1 and children[0].type == "paragraph":
            return self._said(children[0].children)
        blocks = [node for node in children if not self._is_block_tag(node)]
        last = blocks[-1] if blocks else None
        return "".join(self._block(node, first=node is children[0], last=node is last) for node in children)

    def _block(self, node: SyntaxTreeNode, *, first: bool = False, last: bool = False) -> str:
        if self._is_block_tag(node):
            return self._said(node.children)
        inner = self._said(node.children)
        gap = _LAST if last else _GAP
        match node.type:
            case "heading":
                style = _HEADING.format(above=0 if first else 8, size=_SIZES.get(node.tag, 16))
                return f'<{node.tag} style="{style}">{inner}</{node.tag}>'
            case "bullet_list":
                return f'<ul style="{gap}padding:0 0 0 24px;">{inner}</ul>'
            case "ordered_list":
                start = int(node.attrs.get("start", 1))
                return f'<ol start="{start}" style="{gap}padding:0 0 0 24px;">{inner}</ol>'
        return f'<p style="{gap}">{inner}</p>'

    def _run(self, node: SyntaxTreeNode) -> str:  # noqa: PLR0911 (one case per kind of node)
        match node.type:
            case "text":
                return shown(node.content)
            case "softbreak" | "hardbreak":
                return "<br>"
            case "strong" | "em" | "s":
                return f"<{node.type}>{self._said(node.children)}</{node.type}>"
            case "link":
                return f'<a class="t-link"{self._attribute(node, "href")}>{self._said(node.children)}</a>'
            case "image":
                alt = html.escape(node.content)
                return f'<img{self._attribute(node, "src")} alt="{alt}" style="max-width:100%;">'
            case "list_item":
                return f'<li style="margin:0 0 4px;">{self._item(node)}</li>'
            case "paragraph" | "bullet_list" | "ordered_list" | "heading":
                return self._block(node, last=True)
        return self._said(node.children)

    def _item(self, node: SyntaxTreeNode) -> str:
        """A list's item: its paragraphs need no gaps of their own."""
        return "".join(
            self._said(child.children) if child.type == "paragraph" else self._run(child) for child in node.children
        )

    def _attribute(self, node: SyntaxTreeNode, name: str) -> str:
        _, address = self._address(node, name)
        return self._mark(attribute(name, address))
