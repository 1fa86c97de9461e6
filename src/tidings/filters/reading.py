"""Reading from a call only what a filter names."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

import msgspec

Parts = tuple[str, ...]
Row = Sequence[Any]
"""The values of a reader's paths, in their order."""

STAMPED = frozenset(
    {"type", "messageId", "userId", "anonymousId", "timestamp", "originalTimestamp", "sentAt", "receivedAt"}
)
"""What accept has settled about a call: its word counts, whatever stands in the body."""

_DEPTH_MAX = 8
"""Steps of a path that are decoded by name; what lies deeper is decoded whole."""


class Reader:
    """Reads the values at some paths out of a call's JSON.

    Only these are decoded: a decoder of their shape skips all else. A call of another shape, such as one whose
    `properties` are a list, is decoded whole.
    """

    def __init__(self, paths: Iterable[Parts]) -> None:
        once = dict.fromkeys(paths)
        self._inner = tuple(path for path in once if len(path) > 1 or path[0] not in STAMPED)
        self.stamped = tuple(path[0] for path in once if len(path) == 1 and path[0] in STAMPED)
        """What the caller is to bring along: it need not stand in the body."""
        self.paths = [*self._inner, *[(name,) for name in self.stamped]]
        """In the order of what is read."""
        self._decode, self._get = _fast(self._inner) or _SLOW

    def read(self, body: bytes, stamped: Sequence[Any]) -> Row:
        """Read the values; None where nothing is. Never raises for JSON that accept has let in."""
        try:
            return self._get(self._decode(body)) + tuple(stamped)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            decoded = decode(body) if self._inner else None
            return (*[at(decoded, path) for path in self._inner], *stamped)


def _undecodable(_body: bytes) -> Any:
    raise msgspec.DecodeError


def _nothing(_shape: Any) -> tuple[Any, ...]:
    return ()


_Fast = tuple[Callable[[bytes], Any], Callable[[Any], tuple[Any, ...]]]
_SLOW: _Fast = (_undecodable, _nothing)
"""Of paths that no decoder has a shape for: the call is decoded whole."""


def at(value: Any, path: Parts) -> Any:
    """Find what stands at a path; a number steps into a list. None when nothing is there."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isascii() and step.isdigit() and len(step) < 7 and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def decode(body: bytes) -> Any:
    """Decode a call whole; numbers that nothing can hold are null, as JSON has no infinity."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        try:
            return json.loads(body, parse_float=_finite)
        except (ValueError, RecursionError):
            return None
    except RecursionError:
        return None


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _fast(paths: tuple[Parts, ...]) -> _Fast | None:
    """Make a decoder of the paths' shape, and a getter of their values; None when there can be none."""
    if not paths or any(len(path) > _DEPTH_MAX for path in paths):
        return None
    tree: dict[str, Any] = {}
    for path in paths:
        place = tree
        for step in path:
            place = place.setdefault(step, {})
    if _overlaps(tree, paths):
        return None
    try:
        kind, names = _struct(tree)
    except ValueError:  # a key with a backslash, a quote or a control character: such structs cannot be
        return None
    read = msgspec.json.Decoder(kind).decode
    places = [_place(path, names) for path in paths]
    if len(places) == 1:
        get_one = attrgetter(places[0])
        return read, lambda shape: (get_one(shape),)
    return read, attrgetter(*places)


def _overlaps(tree: dict[str, Any], paths: tuple[Parts, ...]) -> bool:
    """Tell whether one path leads through the end of another: a value cannot be both decoded and stepped into."""
    for path in paths:
        place = tree
        for step in path:
            place = place[step]
        if place:
            return True
    return False


Names = dict[str, Any]


def _struct(tree: dict[str, Any]) -> tuple[type[msgspec.Struct], Names]:
    """Define a struct of the tree's shape; its fields are f0, f1 …, since keys may be no Python names."""
    fields: list[Any] = []
    names: Names = {}
    for number, (key, inner) in enumerate(tree.items()):
        field = f"f{number}"
        if inner:
            kind, deeper = _struct(inner)
            default = msgspec.field(default=kind(), name=key)
            fields.append((field, kind, default))
            names[key] = (field, deeper)
        else:
            fields.append((field, Any, msgspec.field(default=None, name=key)))
            names[key] = (field, {})
    return msgspec.defstruct("Shape", fields, frozen=True, gc=False), names


def _place(path: Parts, names: Names) -> str:
    steps = []
    for step in path:
        field, names = names[step]
        steps.append(field)
    return ".".join(steps)
