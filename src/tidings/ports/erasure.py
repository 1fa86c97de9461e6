"""Deleting what is known of users."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from tidings.regulations import Regulation, Subjects


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass did."""

    rows: Mapping[str, int]
    """By table; tables with nothing are left out."""
    waiting: int
    """Messages that are being sent, or ended just now: they are deleted later."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """When a pass is made, in milliseconds."""

    now: int
    settled_before: int
    """Messages that ended later stay: a worker may still be writing down how."""
    came_before: int
    """Calls and messages that came later are none of the request's."""


class Erasure(Protocol):
    """Deletes users from every table that holds anything of theirs."""

    async def erase(self, regulation: Regulation, subjects: Subjects, *, moment: Moment) -> Erased:
        """Delete what there is, some hundred rows in a transaction; broken off, the same again goes on.

        Messages that wait are canceled first. What was counted of deleted rows is counted as `ERASED` from then on, in
        their transaction; there the receipt counts it too. Followers do not see deleted calls that they have not read.
        """
        ...
