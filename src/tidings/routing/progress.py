"""How far a message has come on its route: what to try now, or how it ended. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidings.channels import Way
from tidings.messages import Attempt, Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.routing.plan import Branch, Route

PROVIDER_BUDGET_MS = 5 * 60_000
"""How long one provider may say "later" before the next is asked as well (courier-semantics.md §8)."""

_ABOUT_THE_ADDRESS = frozenset({Reason.BOUNCED, Reason.UNSUBSCRIBED})


class Next(msgspec.Struct, frozen=True):
    """Ways to try now. Never empty."""

    ways: tuple[Way, ...]


class Arrived(msgspec.Struct, frozen=True):
    """All that was to be sent was sent, where it could be."""


class Stuck(msgspec.Struct, frozen=True):
    """Nothing is left to try: every way refused, or nobody knows whether one took it."""

    is_unknown: bool
    reason: Reason
    detail: str


Progress = Next | Arrived | Stuck


def progress(route: Route, attempts: Sequence[Attempt], *, now: int, options: Mapping[str, Any]) -> Progress:
    """Judge the attempts made so far. An attempt without an outcome counts as under way: nothing is tried beside it
    in its branch.
    """  # noqa: D205
    judging = _Judging(attempts, now, provider_budget_ms(options))
    state = judging.branch(route.tree)
    if judging.due:
        return Next(tuple(dict.fromkeys(judging.due)))
    if state == "sent":
        return Arrived()
    return judging.stuck()


def way_key(way: Way) -> str:
    """Name a way as attempts do: the address is in it by its digest alone."""
    return way.key


def provider_budget_ms(options: Mapping[str, Any]) -> int:
    """Read `timeout.provider` of a message (ms)."""
    for name in ("timeout", "timeouts"):
        found = options.get(name)
        budget = found.get("provider") if isinstance(found, Mapping) else None
        if isinstance(budget, int | float) and not isinstance(budget, bool) and budget >= 0:
            return int(budget)
    return PROVIDER_BUDGET_MS


class _Judging:
    def __init__(self, attempts: Sequence[Attempt], now: int, budget_ms: int) -> None:
        self._made: dict[str, list[Attempt]] = {}
        for attempt in attempts:
            self._made.setdefault(attempt.way, []).append(attempt)
        self._now = now
        self._budget_ms = budget_ms
        self._dead = {
            (attempt.channel, attempt.address_key)
            for attempt in attempts
            if isinstance(attempt.outcome, Undeliverable) and attempt.outcome.reason in _ABOUT_THE_ADDRESS
        }
        self._last = attempts[-1] if attempts else None
        self._unknown = False
        self.due: list[Way] = []

    def branch(self, branch: Branch) -> str:
        """Tell whether a branch is `sent`, `refused`, `unknown` or `open`, and gather what it wants tried."""
        if branch.method == "all":
            return self._all(branch)
        late: list[Way] = []
        for part in branch.of:
            before = len(self.due)
            state = self._part(part)
            if state == "overdue":
                late += self.due[before:]
                del self.due[before:]
            elif state != "refused":
                return state
        self.due += late
        return "overdue" if late else "refused"

    def _all(self, branch: Branch) -> str:
        states = [self._part(part) for part in branch.of]
        for state in ("open", "overdue", "sent", "unknown"):
            if state in states:
                return state
        return "refused"

    def _part(self, part: Branch | Way) -> str:
        return self.branch(part) if isinstance(part, Branch) else self._way(part)

    def _way(self, way: Way) -> str:
        made = self._made.get(way.key, ())
        if not made:
            if (way.channel, way.address_key) in self._dead:
                return "refused"
            self.due.append(way)
            return "open"
        match made[-1].outcome:
            case Sent():
                return "sent"
            case Undeliverable():
                return self._after_refusal(made)
            case RetryLater():
                self.due.append(way)
                overdue = self._now - made[0].started > self._budget_ms and not _may_have_sent(made)
                return "overdue" if overdue else "open"
            case Unknown(repeatable_s=repeatable_s) if self._now - made[0].started < repeatable_s * 1000:
                self.due.append(way)
                return "open"
        self._unknown = True
        return "unknown"

    def _after_refusal(self, made: Sequence[Attempt]) -> str:
        """A refusal of a repetition says nothing of the first time."""
        if _may_have_sent(made):
            self._unknown = True
            return "unknown"
        return "refused"

    def stuck(self) -> Stuck:
        last = self._last.outcome if self._last else None
        match last:
            case Undeliverable(reason=reason, detail=detail):
                return Stuck(self._unknown, reason, detail)
            case RetryLater(detail=detail) | Unknown(detail=detail):
                return Stuck(self._unknown, Reason.FAILED if self._unknown else Reason.PROVIDER_ERROR, detail)
            case _:
                return Stuck(self._unknown, Reason.PROVIDER_ERROR, "every way was tried and refused")


def _may_have_sent(made: Sequence[Attempt]) -> bool:
    return any(isinstance(attempt.outcome, Unknown) or attempt.outcome is None for attempt in made)
