"""What stands in `to`: one recipient, a list, a pattern of lists, or several of these."""

from typing import Any

import msgspec

Json = dict[str, Any]


class Direct(msgspec.Struct, frozen=True):
    """One recipient, named by id, by address, or by where a provider finds them."""

    to: Json


class OfList(msgspec.Struct, frozen=True):
    """Everyone on a list."""

    list_id: str
    data: Json


class OfPattern(msgspec.Struct, frozen=True):
    """Everyone on the lists that a pattern names."""

    pattern: str
    data: Json


class OfJob(msgspec.Struct, frozen=True):
    """Everyone who was added to a bulk job."""

    job_id: str


Target = Direct | OfList | OfPattern | OfJob

BULK_JOB = "bulk_job"
"""How the request that a bulk job becomes names its users; no door takes it."""


def is_many(to: Any) -> bool:
    """Tell whether this may be more than one recipient: then each gets a message with an id of its own."""
    return isinstance(to, list) or not isinstance(_target(to), Direct)


def targets(to: Any) -> tuple[Target, ...]:
    """Read `to`, which was checked at the door."""
    return tuple(_target(item) for item in (to if isinstance(to, list) else [to]))


def _target(item: Json) -> Target:
    """Recognise a target by its keys; a user who is named keeps `list_id` as where the wish came from."""
    if item.get("user_id") is None:
        if item.get("list_id") is not None:
            return OfList(item["list_id"], item.get("data") or {})
        if item.get("list_pattern") is not None:
            return OfPattern(item["list_pattern"], item.get("data") or {})
        if item.get(BULK_JOB) is not None:
            return OfJob(item[BULK_JOB])
    return Direct(item)
