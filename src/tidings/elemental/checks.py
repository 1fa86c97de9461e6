"""What types cannot say: conditions, loops, references, and fields that need each other."""

import msgspec

from tidings.elemental.approved import lacking
from tidings.elemental.condition import ConditionError, condition, refs_in
from tidings.elemental.document import Document
from tidings.elemental.json_source import JsonSourceError, read_json_source
from tidings.elemental.locales import worded
from tidings.elemental.nodes import RAWS, Channel, Items, Jsonnet, ListItem, Node, ProviderRaw, Text, WhatsAppRaw
from tidings.elemental.path import parse_path
from tidings.elemental.refusal import refusal
from tidings.errors import InvalidInput, TooLarge

LISTS_DEEP_MAX = 5
"""Lists within lists, as Courier allows."""


def check(document: Document, path: str) -> None:
    """Check a whole document. Raises `InvalidInput` with the path of what is wrong."""
    _Check().nodes(document.elements, f"{path}.elements", lists=0)


class _Check:
    """One walk in document order: what was named so far may be referred to."""

    def __init__(self) -> None:
        self._named: set[str] = set()

    def nodes(self, nodes: tuple[Node, ...], path: str, *, lists: int) -> None:
        for index, node in enumerate(nodes):
            self._node(node, f"{path}[{index}]", lists)

    def _node(self, node: Node, path: str, lists: int) -> None:
        self._condition(node, path)
        if node.loop is not None and parse_path(node.loop) is None:
            raise InvalidInput("must be the path of a list, such as data.products", path=f"{path}.loop")
        self._locales(node, path, lists)
        match node:
            case Text(content=None, elements=None) | ListItem(content=None, elements=None):
                raise InvalidInput("must have content or elements", path=path)
            case Items():
                lists += 1
                if lists > LISTS_DEEP_MAX:
                    raise TooLarge(f"lists may be {LISTS_DEEP_MAX} deep at most", path=path)
            case Jsonnet(content=content):
                _check_json(content, f"{path}.content")
            case Channel():
                _check_channel(node, path)
        if node.ref is not None:
            self._named.add(node.ref)
        self.nodes(getattr(node, "elements", None) or (), f"{path}.elements", lists=lists)

    def _condition(self, node: Node, path: str) -> None:
        if node.if_ is None:
            return
        try:
            read = condition(node.if_)
        except ConditionError as error:
            raise InvalidInput(str(error), path=f"{path}.if") from None
        for name in refs_in(read):
            if name not in self._named:
                raise InvalidInput(f"no element before this one has the ref {name[:60]!r}", path=f"{path}.if")

    def _locales(self, node: Node, path: str, lists: int) -> None:
        """A locale's fields must fit the node they replace: try them on an otherwise empty one."""
        for name, said in (node.locales or {}).items():
            where = f"{path}.locales.{name}"
            try:
                worn = worded(type(node), said)
            except msgspec.ValidationError as error:
                raise refusal(str(error), where) from None
            if isinstance(worn, Jsonnet):
                _check_json(worn.content, f"{where}.content")
            self.nodes(getattr(worn, "elements", None) or (), f"{where}.elements", lists=lists)


def _check_channel(node: Channel, path: str) -> None:
    if node.elements is None and node.raw is None:
        raise InvalidInput("must have elements or raw", path=path)
    if node.loop is not None:
        raise InvalidInput("a channel cannot repeat", path=f"{path}.loop")
    if node.raw is not None and node.channel == "default":
        raise InvalidInput("is for one channel or provider: give it a block of its own", path=f"{path}.raw")
    if node.raw is not None:
        try:
            raw = msgspec.convert(node.raw, RAWS.get(node.channel, ProviderRaw))
        except msgspec.ValidationError as error:
            raise refusal(str(error), f"{path}.raw") from None
        if isinstance(raw, WhatsAppRaw) and raw.template is not None and (missing := lacking(raw.template)):
            raise InvalidInput(missing[1], path=f"{path}.raw.template.{missing[0]}")


def _check_json(content: str, path: str) -> None:
    try:
        read_json_source(content)
    except JsonSourceError as error:
        raise InvalidInput(str(error), path=path) from None
