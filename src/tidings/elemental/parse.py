"""From JSON to a document, or to the exact place where it is wrong."""

import re
from typing import Any

import msgspec

from tidings.elemental.condition import ConditionError, condition
from tidings.elemental.document import Document
from tidings.elemental.locales import worded
from tidings.elemental.nodes import Channel, EmailRaw, Group, Node, Text
from tidings.elemental.normalise import Normaliser
from tidings.elemental.path import parse_path
from tidings.elemental.style import ALLOWED
from tidings.elemental.words import allowed_words
from tidings.errors import InvalidInput, TooLarge

CONTENT_BYTES_MAX = 512 * 1024
"""Of content as JSON: an email above 100 kB is clipped by mailboxes already."""

TAGS_MAX = 5_000
"""Template tags of a document: each costs up to half a millisecond when it is compiled."""

_TAG = re.compile(rb"\{\{|\{[$A-Za-z_@][^{}\s\":;]*+\}")
_TEMPLATE_VERSION = "2022-01-01"


def parse(
    content: dict[str, Any] | bytes, *, must_be_in_channels: bool = False, path: str = "notification.content"
) -> Document:
    """Read content: `{version, elements}` or the sugar `{title, body}`.

    `must_be_in_channels` is Courier's rule for templates: every element inside a channel block, and no sugar.
    `path` is where the content stands in the request. Raises `InvalidInput` (`TooLarge` for limits) with the path of
    the field and what is allowed there.
    """
    raw = _decoded(content, path)
    if "elements" not in raw and not must_be_in_channels:
        raw = _desugared(raw, path)
    _check_version(raw, path, template=must_be_in_channels)
    elements = Normaliser().elements(raw.get("elements"), f"{path}.elements")
    _check_channels([element["type"] for element in elements], path, required=must_be_in_channels)
    try:
        document = msgspec.convert({"version": raw["version"], "elements": elements}, Document)
    except msgspec.ValidationError as error:
        raise _refusal(str(error), path) from None
    _check_nodes(document.elements, f"{path}.elements")
    return document


def _decoded(content: dict[str, Any] | bytes, path: str) -> dict[str, Any]:
    too_large = TooLarge(f"content may have {CONTENT_BYTES_MAX} bytes at most, and no endless nesting", path=path)
    try:
        encoded = content if isinstance(content, bytes) else msgspec.json.encode(content)
        if len(encoded) > CONTENT_BYTES_MAX:
            raise too_large
        if len(_TAG.findall(encoded)) > TAGS_MAX:
            raise TooLarge(f"content may have {TAGS_MAX} template tags at most", path=path)
        raw = msgspec.json.decode(encoded)
    except RecursionError:
        raise too_large from None
    except (msgspec.DecodeError, TypeError, UnicodeError):
        raise InvalidInput("is not JSON", path=path) from None
    if not isinstance(raw, dict):
        raise InvalidInput("must be an object: {version, elements} or {title, body}", path=path)
    return raw


def _desugared(raw: dict[str, Any], path: str) -> dict[str, Any]:
    for key, value in raw.items():
        if key not in {"title", "body", "version"}:
            raise InvalidInput(
                "is not a field of content; known are version, elements, title, body", path=f"{path}.{key}"
            )
        if not isinstance(value, str):
            raise InvalidInput("must be text", path=f"{path}.{key}")
    elements: list[dict[str, Any]] = []
    if "title" in raw:
        elements.append({"type": "meta", "title": raw["title"]})
    if "body" in raw:
        elements.append({"type": "text", "content": raw["body"]})
    if not elements:
        raise InvalidInput("must have elements, or title and body", path=path)
    return {"version": raw.get("version", _TEMPLATE_VERSION), "elements": elements}


def _check_version(raw: dict[str, Any], path: str, *, template: bool) -> None:
    allowed = [_TEMPLATE_VERSION] if template else [_TEMPLATE_VERSION, "2020-01-01"]
    if raw.get("version") not in allowed:
        raise InvalidInput(f"must be {' or '.join(allowed)}", path=f"{path}.version")
    for key in raw.keys() - {"version", "elements", "title", "body"}:
        raise InvalidInput("is not a field of content; known are version, elements", path=f"{path}.{key}")


def _check_channels(types: list[str], path: str, *, required: bool) -> None:
    if not required and "channel" not in types:
        return
    for index, name in enumerate(types):
        if name != "channel":
            raise InvalidInput(
                "must stand inside a channel element: "
                + ("templates are written per channel" if required else "its siblings do"),
                path=f"{path}.elements[{index}]",
            )


_AT = re.compile(r"(?s)(?P<what>.*?)(?: - at `(?P<where>.*)`)?\Z")


def _refusal(message: str, path: str) -> InvalidInput:
    """Turn msgspec's words, `Expected … - at `$.elements[2].href``, into ours."""
    found = _AT.match(message)
    what, where = (found["what"], found["where"] or "$") if found else (message, "$")
    for pattern, allowed in ALLOWED.items():
        if repr(pattern) in what:
            what = f"must be {allowed}"
    if what.startswith("Invalid enum value"):
        what += f"; known are {', '.join(allowed_words(where.rpartition('.')[2]))}"
    if missing := re.match(r"Object missing required field `(\w+)`", what):
        return InvalidInput("is required", path=f"{path}{where[1:]}.{missing[1]}")
    return InvalidInput(what.replace("`", ""), path=path + where[1:])


def _check_nodes(nodes: tuple[Node, ...], path: str) -> None:
    """Check what types cannot say: conditions, loops, and fields that need each other."""
    for index, node in enumerate(nodes):
        _check_node(node, f"{path}[{index}]")


def _check_node(node: Node, path: str) -> None:
    if node.if_ is not None:
        try:
            condition(node.if_)
        except ConditionError as error:
            raise InvalidInput(str(error), path=f"{path}.if") from None
    if node.loop is not None and parse_path(node.loop) is None:
        raise InvalidInput("must be the path of a list, such as data.products", path=f"{path}.loop")
    _check_locales(node, path)
    match node:
        case Text(content=None, elements=None):
            raise InvalidInput("must have content or elements", path=path)
        case Text(elements=tuple(elements)) | Group(elements=elements):
            _check_nodes(elements, f"{path}.elements")
        case Channel():
            _check_channel(node, path)


def _check_channel(node: Channel, path: str) -> None:
    if node.elements is None and node.raw is None:
        raise InvalidInput("must have elements or raw", path=path)
    if node.loop is not None:
        raise InvalidInput("a channel cannot repeat", path=f"{path}.loop")
    if node.raw is not None and node.channel == "email":
        try:
            msgspec.convert(node.raw, EmailRaw)
        except msgspec.ValidationError as error:
            raise _refusal(str(error), f"{path}.raw") from None
    _check_nodes(node.elements or (), f"{path}.elements")


def _check_locales(node: Node, path: str) -> None:
    """A locale's fields must fit the node they replace: try them on an otherwise empty one."""
    for name, said in (node.locales or {}).items():
        where = f"{path}.locales.{name}"
        try:
            worn = worded(type(node), said)
        except msgspec.ValidationError as error:
            raise _refusal(str(error), where) from None
        elements = getattr(worn, "elements", None)
        _check_nodes(elements or (), f"{where}.elements")
