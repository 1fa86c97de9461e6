"""From JSON to a document, or to the exact place where it is wrong."""

import re
from typing import Any

import msgspec

from tidings.elemental.checks import check
from tidings.elemental.document import Document
from tidings.elemental.normalise import Normaliser
from tidings.elemental.refusal import refusal
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
        raise refusal(str(error), path) from None
    check(document, path)
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
