"""Taking out of a call what its source does not want anybody to have."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from tidings.records.record import Record

ADDRESS = "context.ip"
"""The address of the call's user."""


def without(record: Record, paths: Sequence[str]) -> Record:
    """Give the record without what stands at these dotted paths; in each element where a path leads to a list.

    The record itself comes back when nothing is there.
    """
    wanted = [path.split(".") for path in paths if _may_hold(record.body, path)]
    if not wanted:
        return record
    try:
        call = msgspec.json.decode(record.body)
    except msgspec.DecodeError:  # a number that only Python's own reader takes; it becomes text
        call = json.loads(record.body, parse_float=str)
    changed = [_take_out(call, path) for path in wanted]
    return msgspec.structs.replace(record, body=msgspec.json.encode(call)) if any(changed) else record


def _may_hold(body: bytes, path: str) -> bool:
    """Look whether the last key stands anywhere in the call: most calls need no more than that."""
    key = path.rpartition(".")[2]
    return b"\\" in body or f'"{key}"'.encode() in body


def _take_out(value: Any, path: list[str]) -> bool:
    if isinstance(value, list):
        return sum(_take_out(item, path) for item in value) > 0  # of every item: `any` would stop at the first
    if not isinstance(value, dict) or path[0] not in value:
        return False
    if len(path) == 1:
        del value[path[0]]
        return True
    return _take_out(value[path[0]], path[1:])
