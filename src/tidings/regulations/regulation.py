"""A regulation, in the words of Segment's Public API."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import msgspec

from tidings.errors import InvalidInput, TooLarge
from tidings.regulations.told import Told, told_status

SUBJECTS_MAX = 5_000
"""Users in one regulation: Segment's own limit."""

RegulationType = Literal[
    "SUPPRESS_ONLY",
    "SUPPRESS_WITH_DELETE",
    "SUPPRESS_WITH_DELETE_INTERNAL",
    "DELETE_ONLY",
    "DELETE_INTERNAL",
    "UNSUPPRESS",
]
"""Whether new calls of these users are refused, and whether what is there is deleted.

`INTERNAL`: here alone. Without it destinations are asked to delete as well, and the receipt says what became of it.
"""

RegulationStatus = Literal["INITIALIZED", "RUNNING", "FINISHED"]

OverallStatus = Literal["INITIALIZED", "RUNNING", "FINISHED", "PARTIAL_SUCCESS"]
"""Of a receipt. `PARTIAL_SUCCESS`: it is done here, and some destination did not take it."""


class Regulation(msgspec.Struct, frozen=True, kw_only=True):
    """A request about some users, and the receipt of what was done. Times are milliseconds."""

    environment_id: int
    id: str
    type: RegulationType
    user_ids: Sequence[str]
    asked_by: str
    """The id of the API key, or `cli`."""
    created: int
    status: RegulationStatus = "INITIALIZED"
    finished: int | None = None
    erased: Mapping[str, int] = msgspec.field(default_factory=dict)
    """Rows by table, and calls of the archive."""
    passes: int = 0
    """How often everything was looked through."""
    due_at: int = 0
    """When the next pass is due."""
    error: str = ""
    """What holds it up."""
    outside: Mapping[str, Told] | None = None
    """By id of destination, what it was told; None before that."""


def overall(regulation: Regulation, *, destinations: Collection[str]) -> OverallStatus:
    """Sum up a receipt: what was done here, and what came of it at `destinations`, those there are by now."""
    if regulation.status != "FINISHED":
        return regulation.status
    found = {told_status(told, is_there=key in destinations) for key, told in (regulation.outside or {}).items()}
    if "RUNNING" in found:
        return "RUNNING"
    return "PARTIAL_SUCCESS" if found & {"FAILED", "PARTIAL_SUCCESS"} else "FINISHED"


def suppresses(kind: RegulationType) -> bool:
    """Tell whether new calls are refused from then on."""
    return kind.startswith("SUPPRESS_")


def deletes(kind: RegulationType) -> bool:
    """Tell whether what is there is deleted."""
    return "DELETE" in kind


def forwards(kind: RegulationType) -> bool:
    """Tell whether outside destinations are asked to delete as well."""
    return kind in {"SUPPRESS_WITH_DELETE", "DELETE_ONLY"}


def asked(
    kind: RegulationType,
    user_ids: Sequence[str],
    *,
    environment_id: int,
    regulation_id: str,
    asked_by: str,
    now: int,
) -> Regulation:
    """Make a request. One that deletes nothing is done as soon as it is taken.

    Raises `TooLarge` for more than `SUBJECTS_MAX` users, `InvalidInput` for none.
    """
    unique = list(dict.fromkeys(user_ids))
    if not unique:
        raise InvalidInput("name one user at least", path="subjectIds")
    if len(unique) > SUBJECTS_MAX:
        raise TooLarge(f"has {SUBJECTS_MAX} users at most", path="subjectIds")
    is_done = not deletes(kind)
    return Regulation(
        environment_id=environment_id,
        id=regulation_id,
        type=kind,
        user_ids=unique,
        asked_by=asked_by,
        created=now,
        status="FINISHED" if is_done else "INITIALIZED",
        finished=now if is_done else None,
        due_at=now,
    )
