"""How far a message has come on its route: what to try now, or how it ended. Pure."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

import msgspec

from tidings.channels import Way
from tidings.messages import Attempt, Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.routing.plan import Branch, Route

PROVIDER_BUDGET_MS = 5 * 60_000
"""How long one provider may say "later" before the next is asked as well (courier-semantics.md §8)."""

_ABOUT_THE_ADDRESS = frozenset({Reason.BOUNCED, Reason.UNSUBSCRIBED})


class Open(msgspec.Struct, frozen=True):
    """There are ways to try: now, or when they asked for. One of both is not empty."""

    now: tuple[Way, ...]
    later: tuple[Way, ...] = ()


class Flying(msgspec.Struct, frozen=True):
    """Attempts are under way, and nothing is to be tried beside them."""


class Arrived(msgspec.Struct, frozen=True):
    """All that was to be sent was sent, where it could be."""


class Stuck(msgspec.Struct, frozen=True):
    """Nothing is left to try: every way refused, or nobody knows whether one took it."""

    is_unknown: bool
    reason: Reason
    detail: str


Progress = Open | Flying | Arrived | Stuck


def progress(
    route: Route,
    attempts: Sequence[Attempt],
    *,
    now: int,
    options: Mapping[str, Any],
    parked: Container[tuple[str, str]] = (),
) -> Progress:
    """Judge the attempts made so far. One without an outcome is under way: nothing is tried beside it in its branch.

    `parked` are the accounts (provider, configuration) that take nothing of late: others are asked before them.
    """
    judging = _Judging(attempts, now, provider_budget_ms(options), parked)
    state = judging.branch(route.tree)
    if judging.due or judging.waits:
        return Open(tuple(dict.fromkeys(judging.due)), tuple(dict.fromkeys(judging.waits)))
    if any(attempt.outcome is None for attempt in attempts):
        return Flying()
    return Arrived() if state == "sent" else judging.stuck()


def provider_budget_ms(options: Mapping[str, Any]) -> int:
    """Read `timeout.provider` of a message (ms)."""
    for name in ("timeout", "timeouts"):
        found = options.get(name)
        budget = found.get("provider") if isinstance(found, Mapping) else None
        if isinstance(budget, int | float) and not isinstance(budget, bool) and budget >= 0:
            return int(budget)
    return PROVIDER_BUDGET_MS


class _Judging:
    def __init__(
        self, attempts: Sequence[Attempt], now: int, budget_ms: int, parked: Container[tuple[str, str]]
    ) -> None:
        self._parked = parked
        self._made: dict[str, list[Attempt]] = {}
        self._unnamed: dict[tuple[str, str], list[Attempt]] = {}  # of older versions, which did not name the way
        for attempt in attempts:
            if attempt.way:
                self._made.setdefault(attempt.way, []).append(attempt)
            else:
                self._unnamed.setdefault((attempt.channel, attempt.provider), []).append(attempt)
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
        self.waits: list[Way] = []

    def branch(self, branch: Branch) -> str:
        """Tell whether it is `sent`, `refused`, `unknown`, `overdue` or `open`, and gather what it wants tried."""
        if branch.method == "all":
            return self._all(branch)
        asides: list[tuple[int, list[Way], list[Way]]] = []
        for part in branch.of:
            due, waits = len(self.due), len(self.waits)
            state = self._part(part)
            if state == "overdue":  # somebody who said "later" for too long stands aside while others are asked
                asides.append(
                    (self._tried_last(self.due[due:] + self.waits[waits:]), self.due[due:], self.waits[waits:])
                )
                del self.due[due:], self.waits[waits:]
            elif state != "refused":
                return state
        if not asides:
            return "refused"
        _, due_now, waiting = min(asides, key=lambda aside: aside[0])  # one of them alone: two might both send
        self.due += due_now
        self.waits += waiting
        return "overdue"

    def _tried_last(self, ways: Sequence[Way]) -> int:
        numbers = [attempt.number for way in ways for attempt in self._made.get(way.key, ())]
        return max(numbers, default=1 << 30)

    def _all(self, branch: Branch) -> str:
        states = [self._part(part) for part in branch.of]
        for state in ("open", "overdue", "sent", "unknown"):
            if state in states:
                return state
        return "refused"

    def _part(self, part: Branch | Way) -> str:
        return self.branch(part) if isinstance(part, Branch) else self._way(part)

    def _way(self, way: Way) -> str:
        made = self._made.get(way.key) or self._unnamed.get((way.channel, way.provider)) or []
        if made:
            return self._judged(way, made)
        if (way.channel, way.address_key) in self._dead:
            return "refused"
        self.due.append(way)
        return "overdue" if (way.provider, way.config_id) in self._parked else "open"

    def _judged(self, way: Way, made: Sequence[Attempt]) -> str:
        state = "unknown"
        match made[-1].outcome:
            case None:
                state = "open"
            case Sent():
                state = "sent"
            case Undeliverable() if not _may_have_sent(made):  # a repetition's refusal says nothing of the first time
                state = "refused"
            case RetryLater(after_s=after_s):
                self._again(way, made[-1], after_s or 0)
                late = self._now - made[0].started > self._budget_ms or (way.provider, way.config_id) in self._parked
                overdue = late and not _may_have_sent(made)
                state = "overdue" if overdue else "open"
            case Unknown(repeatable_s=repeatable_s) if 0 <= self._now - made[0].started < repeatable_s * 1000:
                self._again(way, made[-1], 0)
                state = "open"
        self._unknown = self._unknown or state == "unknown"
        return state

    def _again(self, way: Way, last: Attempt, after_s: float) -> None:
        ready_at = (last.finished or last.started) + int(after_s * 1000)
        (self.due if ready_at <= self._now else self.waits).append(way)

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
    return any(isinstance(attempt.outcome, Unknown) for attempt in made)
