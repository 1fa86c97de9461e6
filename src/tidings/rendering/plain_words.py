"""Words as plain text: emphasis falls away, links show where they lead."""

from itertools import zip_longest

from markdown_it.tree import SyntaxTreeNode

from tidings.rendering.handlebars import Escape
from tidings.rendering.markdown import Words
from tidings.rendering.program import Operations
from tidings.rendering.urls import bare


def plain_words(content: str, path: str) -> Operations:
    """Compile a content field to plain text. Raises `RenderError` at `path`."""
    return _PlainWords(content, path).operations()


class _PlainWords(Words):
    escape = Escape.NONE

    def _document(self, tree: SyntaxTreeNode) -> str:
        return self._blocks(tree.children)

    def _blocks(self, nodes: list[SyntaxTreeNode]) -> str:
        return "".join(self._block(node, then) for node, then in zip_longest(nodes, nodes[1:])).rstrip("\n")

    def _block(self, node: SyntaxTreeNode, then: SyntaxTreeNode | None) -> str:
        said = self._run(node).rstrip("\n")
        if self._is_block_tag(node):
            # Alone on its line a tag leaves no line behind; what a closing tag ends still wants its gap.
            return said + ("\n\n" if self._tags.closes(node.children[0].content) else "\n")
        tight = node.type.endswith("_list") and then is not None and self._is_block_tag(then)
        return said + ("\n" if tight else "\n\n")

    def _run(self, node: SyntaxTreeNode) -> str:  # noqa: PLR0911 (one case per kind of node)
        match node.type:
            case "text":
                return node.content
            case "softbreak" | "hardbreak":
                return "\n"
            case "link":
                return self._link(node)
            case "image":
                return node.content
            case "bullet_list":
                return "".join(self._item(item, "- ") for item in node.children)
            case "ordered_list":
                start = int(node.attrs.get("start", 1))
                return "".join(self._item(item, f"{start + at}. ") for at, item in enumerate(node.children))
        return self._said(node.children)

    def _item(self, node: SyntaxTreeNode, bullet: str) -> str:
        lines = "\n".join(self._run(child).rstrip("\n") for child in node.children).split("\n")
        indent = " " * len(bullet)
        return bullet + f"\n{indent}".join(lines) + "\n"

    def _link(self, node: SyntaxTreeNode) -> str:
        label = self._said(node.children)
        source, address = self._address(node, "href")
        if self._tags.restore(label) == source:
            return label
        return label + self._mark(bare(address, before=" (", after=")"))
