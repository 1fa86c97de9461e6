"""What one batch of calls shows of the events in it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from tidings.catalogue.shape import format_of, shape_of
from tidings.effects import Sighted
from tidings.records import Record

EXAMINED_MAX = 50
"""Calls of one event that are looked into in one batch; all are counted. Calls of one event are much alike."""
PATHS_MAX = 200
"""Properties of one event."""
SHAPES_MAX = 5
DEPTH_MAX = 4
ITEMS_MAX = 5
"""Items of a list that are looked into."""
DAY_MS = 86_400_000

Json = dict[str, Any]
Key = tuple[int, int, str, str]

_CONTAINERS = {"identify": "traits", "group": "traits"}
_PLAIN_KEY = re.compile(r"[\w $-]{1,64}")
_IDS_IN_KEY = re.compile(r"\d{5}|[0-9a-fA-F]{12}")


def sighted(calls: Iterable[tuple[int, int, Record]]) -> list[Sighted]:
    """Look at a batch of (environment, source, record): one sighting for each event."""
    gathered: dict[Key, _Gathered] = {}
    for environment_id, source_id, record in calls:
        key = (environment_id, source_id, record.type, record.name or "")
        gathered.setdefault(key, _Gathered()).add(record)
    return [each.sighted(key) for key, each in gathered.items()]


class _Gathered:
    """What is seen of one event."""

    def __init__(self) -> None:
        self._count = 0
        self._first = self._last = 0
        self._days: dict[int, int] = {}
        self._examined = 0
        self._paths: dict[str, Json] = {}

    def add(self, record: Record) -> None:
        """See one call."""
        at = record.received_at
        self._first = min(self._first or at, at)
        self._last = max(self._last, at)
        self._days[at // DAY_MS] = self._days.get(at // DAY_MS, 0) + 1
        self._count += 1
        if self._examined < EXAMINED_MAX:
            self._examined += 1
            self._examine(record)

    def _examine(self, record: Record) -> None:
        try:
            call = msgspec.json.decode(record.body)
        except msgspec.DecodeError:
            return
        place = call.get(_CONTAINERS.get(record.type, "properties")) if isinstance(call, dict) else None
        seen: set[str] = set()
        for path, value in _walk(place, "", 0) if isinstance(place, dict) else ():
            known = self._paths.get(path)
            if known is None:
                if len(self._paths) >= PATHS_MAX:
                    continue
                known = self._paths[path] = {"count": 0, "types": {}, "formats": {}, "shapes": []}
            if path not in seen:  # once a call, however many items of a list have it
                known["count"] += 1
                seen.add(path)
            _note(known, value)

    def sighted(self, key: Key) -> Sighted:
        """Give what was seen."""
        return Sighted(
            environment_id=key[0],
            source_id=key[1],
            type=key[2],
            name=key[3],
            count=self._count,
            first_seen=self._first,
            last_seen=self._last,
            days=self._days,
            properties={"examined": self._examined, "paths": self._paths},
        )


def _walk(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and depth < DEPTH_MAX:
        for key, inner in value.items():
            step = _step(key)
            onward = f"{path}.{step}" if path else step
            yield onward, inner
            yield from _walk(inner, onward, depth + 1)
    elif isinstance(value, list) and depth < DEPTH_MAX:
        for item in value[:ITEMS_MAX]:
            if isinstance(item, dict | list):
                yield from _walk(item, f"{path}[]", depth + 1)


def _step(key: str) -> str:
    """Name a key; one that looks like data, as an id or an address does, is any key."""
    return key if _PLAIN_KEY.fullmatch(key) and not _IDS_IN_KEY.search(key) else "*"


def _note(known: Json, value: Any) -> None:
    kind = _type(value)
    known["types"][kind] = known["types"].get(kind, 0) + 1
    if kind == "string" and (named := format_of(value)):
        known["formats"][named] = known["formats"].get(named, 0) + 1
    shape = shape_of(value)
    if shape and shape not in known["shapes"] and len(known["shapes"]) < SHAPES_MAX:
        known["shapes"].append(shape)


def _type(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "list"
    return "object"
