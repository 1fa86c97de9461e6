"""What outside destinations were told of a regulation, and what came of it."""

from collections.abc import Mapping
from typing import Literal

import msgspec

ToldStatus = Literal["RUNNING", "FINISHED", "PARTIAL_SUCCESS", "FAILED", "NOT_SUPPORTED"]
"""In the words of Segment's Public API."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One destination's part of the receipt."""

    name: str
    """As it was called when it was told."""
    why_not: str = ""
    """Why it was not told at all; empty when it was."""
    users: int = 0
    """How many it is told of, one by one."""
    done: int = 0
    """Of how many it has answered that it has taken it."""
    failed: Mapping[str, str] = msgspec.field(default_factory=dict)
    """By user id, why not: it said no for good, or no longer is tried."""
    updated: int = 0
    """When it answered last, in milliseconds."""

    def heard(self, user_id: str, error: str, *, at: int) -> "Told":
        """Count what became of one user; empty `error`: it is done. What failed may be told again, and be done then."""
        failed = {known: why for known, why in self.failed.items() if known != user_id}
        if error:
            failed[user_id] = error
        return msgspec.structs.replace(self, done=self.done + (not error), failed=failed, updated=at)

    @property
    def error(self) -> str:
        """Say what is wrong, without naming a user; empty when nothing is."""
        return self.why_not or "; ".join(sorted(set(self.failed.values()))[:3])


def told_status(told: Told, *, is_there: bool) -> ToldStatus:
    """Sum it up. A destination that was deleted (`is_there` is false) will not answer any more."""
    if told.why_not:
        return "NOT_SUPPORTED"
    if told.done + len(told.failed) < told.users:
        return "RUNNING" if is_there else "FAILED"
    if not told.failed:
        return "FINISHED"
    return "PARTIAL_SUCCESS" if told.done else "FAILED"
