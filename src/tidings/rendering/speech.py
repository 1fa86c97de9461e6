"""What a document has to say on one channel: which block speaks, and in which words."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tidings.elemental import Document
from tidings.elemental.condition import AllOf, Condition, ConditionError, Constant, condition, with_refs
from tidings.elemental.nodes import Channel, Items, Meta, Node
from tidings.elemental.path import parse_path
from tidings.rendering.conditions import Test, test
from tidings.rendering.gates import Gate, turns, when
from tidings.rendering.lookup import from_root
from tidings.rendering.program import Operations
from tidings.rendering.render_error import NothingToSay, RenderError


class Speech(msgspec.Struct, frozen=True, kw_only=True):
    """A channel's part of a document."""

    channel: str
    elements: tuple[Node, ...]
    path: str
    """Where the elements stand in the content."""
    block: Channel | None = None
    names: frozenset[str]
    """What `channels` of an element may name: the channel, the provider."""
    refs: Mapping[str, Mapping[str, Condition]]
    """What conditions may ask of elements, by their `ref`: `visible`, and fields as they are written."""

    @property
    def raw(self) -> dict[str, Any]:
        """What is written by hand; a block for all channels has nothing by hand."""
        if self.block is None or self.block.raw is None or self.block.channel == "default":
            return {}
        return self.block.raw

    def visible(self, nodes: Iterable[Node], path: str) -> list[tuple[Node, str]]:
        """List the nodes that are for this channel, each with its path."""
        return [(node, f"{path}[{index}]") for index, node in enumerate(nodes) if _is_for(node, self.names)]

    def metas(self) -> list[tuple[Meta, str]]:
        """List the titles it could have, in order."""
        return [
            (node, path)
            for node, path in self.visible(self.elements, self.path)
            if isinstance(node, Meta) and node.title is not None
        ]

    def gates(self, node: Node, path: str) -> tuple[Gate, ...]:
        """List what stands around a node, outermost first: the loop, then the condition of each turn."""
        shows = self.shown(node, path)
        # A list's loop repeats its items: it stays one list.
        loop = () if isinstance(node, Items) else self.loop(node, path)
        return (*loop, when(shows, node, path)) if shows is not None else loop

    def repeated(self, node: Node, path: str, operations: Operations) -> Operations:
        """Put the loop of a node, which may have none, around operations."""
        for gate in self.loop(node, path):
            operations = (gate(operations),)
        return operations

    def loop(self, node: Node, path: str) -> tuple[Gate, ...]:
        """Read the loop of a node, which may have none."""
        if node.loop is None:
            return ()
        steps = parse_path(node.loop)
        if steps is None:
            raise RenderError(f"{path}.loop", "must be the path of a list, such as data.products")
        return (turns(from_root(steps[1:] if steps[0] == "$" else steps)),)

    def shown(self, node: Node, path: str) -> Test | None:
        """Read the condition of a node; None when it has none."""
        if node.if_ is None:
            return None
        try:
            return test(with_refs(condition(node.if_), self.refs))
        except ConditionError as error:
            raise RenderError(f"{path}.if", str(error)) from None

    def gated(self, node: Node, path: str, operations: Operations) -> Operations:
        """Put a node's gates around its operations."""
        for gate in reversed(self.gates(node, path)):
            operations = (gate(operations),)
        return operations


def speech(document: Document, channel: str = "email", provider: str = "") -> Speech:
    """Find a channel in a document: the provider's own block, else the channel's, else `default`.

    Raises `NothingToSay` when no block speaks for it, or when there is nothing in it.
    """
    names = tuple(name for name in (provider, channel) if name)
    if not document.elements:
        raise NothingToSay("elements", "the content is empty")
    refs = _refs(document, frozenset(names))
    if not isinstance(document.elements[0], Channel):
        return Speech(channel=channel, elements=document.elements, path="elements", names=frozenset(names), refs=refs)
    block = document.block(*names)
    if block is None:
        raise NothingToSay("elements", f"there is no block for {channel} and no default")
    path = f"elements[{document.elements.index(block)}]"
    said = Speech(
        channel=channel,
        elements=block.elements or (),
        path=f"{path}.elements",
        block=block,
        names=frozenset(names),
        refs=refs,
    )
    if not said.raw and not said.elements:
        raise NothingToSay(f"{path}.elements", "the block is empty")
    return said


def _is_for(node: Node, names: frozenset[str]) -> bool:
    return node.channels is None or not names.isdisjoint(node.channels)


def _refs(document: Document, names: frozenset[str]) -> dict[str, dict[str, Condition]]:
    found: dict[str, dict[str, Condition]] = {}
    _gather(document.elements, names, (), found)
    return found


def _gather(
    nodes: Iterable[Node],
    names: frozenset[str],
    around: tuple[Condition, ...],
    found: dict[str, dict[str, Condition]],
) -> None:
    """Name what elements before others were, in document order: nothing can refer forwards."""
    for node in nodes:
        parts = around if _is_for(node, names) else (*around, Constant(value=False))
        if node.if_ is not None:
            try:
                parts = (*parts, with_refs(condition(node.if_), found))
            except ConditionError:
                parts = (*parts, Constant(value=False))
        if node.ref is not None:
            found[node.ref] = {"visible": AllOf(parts), **_fields(node)}
        _gather(getattr(node, "elements", None) or (), names, parts, found)


def _fields(node: Node) -> dict[str, Condition]:
    return {
        field.encode_name: Constant(value)
        for field in msgspec.structs.fields(node)
        if isinstance(value := getattr(node, field.name), str | int | float | bool)
    }
