"""Holding people against audiences: who comes in, who goes, who stays for another reason."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tidings.audiences.audience import Audience, Member
from tidings.audiences.compiled import Finding, compiled

Key = tuple[str, str]
"""An audience and a user, by id."""


class Person(msgspec.Struct, frozen=True):
    """A user, as filters see one."""

    user_id: str
    profile: Mapping[str, Any] | None
    """None: there is no profile any more, and so no audience to be in."""
    tenants: frozenset[str] = frozenset()


class Changes(msgspec.Struct, frozen=True):
    """What becomes of memberships."""

    matched: Sequence[Member] = ()
    """Came in."""
    stayed: Sequence[Member] = ()
    """Were in, and are for another reason or under another version."""
    unmatched: Sequence[Member] = ()
    """Went, each with why."""


def judge(
    audiences: Iterable[Audience], people: Sequence[Person], members: Mapping[Key, Member], *, now: int
) -> Changes:
    """Hold each of these people against each of these audiences; `members` is who is in them now."""
    matched: list[Member] = []
    stayed: list[Member] = []
    unmatched: list[Member] = []
    for audience in audiences:
        find = compiled(audience.filter) if audience.filter is not None else None
        for person in people:
            before = members.get((audience.id, person.user_id))
            profile = person.profile
            finding = None if find is None or profile is None else find(profile, person.tenants)
            matches = finding is not None and finding.matches
            if before is None and not matches:
                continue
            after = _member(audience, person, finding, now if before is None else before.added_at)
            if not matches:
                unmatched.append(after)
            elif before is None:
                matched.append(after)
            elif after != before:
                stayed.append(after)
    return Changes(matched, stayed, unmatched)


def _member(audience: Audience, person: Person, finding: Finding | None, added_at: int) -> Member:
    return Member(
        audience_id=audience.id,
        user_id=person.user_id,
        version=audience.version,
        added_at=added_at,
        reason="" if finding is None else finding.reason,
    )
