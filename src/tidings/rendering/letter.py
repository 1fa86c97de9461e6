"""What a document has to say by email: which block speaks, and in which words."""

from collections.abc import Iterable

import msgspec

from tidings.elemental import Document
from tidings.elemental.nodes import Channel, EmailRaw, Meta, Node
from tidings.rendering.render_error import NothingToSay


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """The email's part of a document."""

    elements: tuple[Node, ...]
    path: str
    """Where the elements stand in the content."""
    raw: EmailRaw | None = None
    block: Channel | None = None
    names: frozenset[str]
    """What `channels` of an element may name: the channel, the provider."""

    def visible(self, nodes: Iterable[Node], path: str) -> list[tuple[Node, str]]:
        """List the nodes that are for this channel, each with its path."""
        return [
            (node, f"{path}[{index}]")
            for index, node in enumerate(nodes)
            if node.channels is None or not self.names.isdisjoint(node.channels)
        ]

    def metas(self) -> list[tuple[Meta, str]]:
        """List the titles it could have, in order."""
        return [
            (node, path)
            for node, path in self.visible(self.elements, self.path)
            if isinstance(node, Meta) and node.title is not None
        ]


def letter(document: Document, provider: str = "") -> Letter:
    """Find the email in a document: the provider's own block, else the email block, else `default`.

    Raises `NothingToSay` when no block speaks for email, or when there is nothing in it.
    """
    names = ("email",) if not provider else (provider, "email")
    if not document.elements:
        raise NothingToSay("elements", "the content is empty")
    if not isinstance(document.elements[0], Channel):
        return Letter(elements=document.elements, path="elements", names=frozenset(names))
    block = document.block(*names)
    if block is None:
        raise NothingToSay("elements", "there is no block for email and no default")
    path = f"elements[{document.elements.index(block)}]"
    raw = None if block.raw is None else _raw(block)
    if raw is None and not block.elements:
        raise NothingToSay(f"{path}.elements", "the block is empty")
    return Letter(elements=block.elements or (), path=f"{path}.elements", raw=raw, block=block, names=frozenset(names))


def _raw(block: Channel) -> EmailRaw | None:
    if block.channel != "email":
        return None
    return msgspec.convert(block.raw, EmailRaw)
