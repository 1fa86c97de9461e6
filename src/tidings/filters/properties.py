"""Taking properties out of a call."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

KEPT = frozenset({"type", "messageId"})
"""Of the call itself, what no filter takes out: without it nobody could tell what it is, or that it came twice."""

Json = dict[str, Any]


def without(call: Json, fields: Mapping[str, Sequence[str]], parts: Callable[[str], tuple[str, ...]]) -> None:
    """Take the named keys out, in place; of each element where a path leads to a list."""
    for path, keys in fields.items():
        for place in _objects(call, parts(path)):
            for key in keys:
                if not (place is call and key in KEPT):
                    place.pop(key, None)


def with_only(call: Json, fields: Mapping[str, Sequence[str]], parts: Callable[[str], tuple[str, ...]]) -> None:
    """Take out all but the named keys, in place; objects that are not named are left as they are."""
    for path, keys in fields.items():
        for place in _objects(call, parts(path)):
            kept = {*keys, *KEPT} if place is call else set(keys)
            for key in place.keys() - kept:
                del place[key]


def _objects(value: Any, path: tuple[str, ...]) -> Iterator[Json]:
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, path)
    elif isinstance(value, dict):
        if not path:
            yield value
        else:
            yield from _objects(value.get(path[0]), path[1:])
