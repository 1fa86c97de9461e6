"""A draft that was handed in: others say whether it may be published (courier-semantics.md §12)."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

CHECKS_MAX = 50
"""Of one submission; a draft that fifty must read is never sent."""

CheckStatus: TypeAlias = Literal["RESOLVED", "FAILED", "PENDING"]
SubmissionState: TypeAlias = Literal["OPEN", "PUBLISHED", "CANCELED"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be looked at, and what came of it."""

    id: str
    status: CheckStatus
    updated: int
    """Milliseconds since 1970."""


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One handing in. While it is open, nobody writes the draft."""

    environment_id: int
    template_id: str
    id: str
    submitted: int
    submitter: str
    state: SubmissionState = "OPEN"
    checks: tuple[Check, ...] = ()

    @property
    def is_resolved(self) -> bool:
        """All is well: there are checks, and each is resolved."""
        return bool(self.checks) and all(check.status == "RESOLVED" for check in self.checks)

    def told(self, statuses: Mapping[str, CheckStatus], *, now: int) -> "Submission":
        """Note what checks say; those it did not know join it, and those not told of stay."""
        kept = {check.id: check for check in self.checks}
        for name, status in statuses.items():
            if name not in kept or kept[name].status != status:
                kept[name] = Check(id=name, status=status, updated=now)
        return msgspec.structs.replace(self, checks=tuple(kept.values()))

    def canceled(self, *, now: int) -> "Submission":
        """Take it back: what was not resolved has failed."""
        failed: dict[str, CheckStatus] = {check.id: "FAILED" for check in self.checks if check.status != "RESOLVED"}
        return msgspec.structs.replace(self.told(failed, now=now), state="CANCELED")
