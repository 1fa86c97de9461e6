"""Words as text in a channel's own way of writing; in plain text emphasis falls away, links show where they lead."""

from itertools import zip_longest

from markdown_it.tree import SyntaxTreeNode

from tidings.rendering.dialect import PLAIN, Dialect, Pair
from tidings.rendering.markdown import Words
from tidings.rendering.program import Operations


def plain_words(content: str, path: str, dialect: Dialect = PLAIN) -> Operations:
    """Compile a content field to text. Raises `RenderError` at `path`."""
    return _PlainWords(content, path, dialect).operations()


class _PlainWords(Words):
    def __init__(self, content: str, path: str, dialect: Dialect) -> None:
        super().__init__(content, path)
        self.escape = dialect.escape
        self._dialect = dialect
        self._open: list[Pair] = []
        """Marks that stand around: within itself a mark would be its end."""

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

    def _run(self, node: SyntaxTreeNode) -> str:  # noqa: C901, PLR0911 (one case per kind of node)
        match node.type:
            case "text":
                return self._dialect.typed(node.content)
            case "softbreak" | "hardbreak":
                return "\n"
            case "link":
                return self._link(node)
            case "strong":
                return self._marked(node, self._dialect.strong)
            case "em":
                return self._marked(node, self._dialect.emphasis)
            case "s":
                return self._marked(node, self._dialect.strike)
            case "heading":
                return self._marked(node, self._dialect.strong)
            case "image":
                return self._dialect.typed(node.content)
            case "bullet_list":
                return "".join(self._item(item, self._dialect.bullet) for item in node.children)
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
        opens, closes = self._dialect.link(address)
        if opens == "" and self._tags.restore(label) == source:
            return label
        return (self._mark(opens) if opens != "" else "") + label + self._mark(closes)

    def _marked(self, node: SyntaxTreeNode, pair: Pair) -> str:
        if pair in self._open:
            return self._said(node.children)
        self._open.append(pair)
        said = self._said(node.children)
        self._open.pop()
        return pair[0] + said + pair[1] if said.strip() else said
